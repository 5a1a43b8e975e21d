import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { whatCan } from '../../api/audit'
import { Skeleton } from '../../components/Skeleton'
import { Withheld } from '../../components/Withheld'
import { instantWords } from '../../lib/time'
import { counted } from '../../lib/words'
import { QuestionFields } from './QuestionFields'
import { Readable } from './Readable'
import { useAuditSearch } from './useAuditSearch'

export function WhatCanView() {
  const search = useAuditSearch()
  const navigate = useNavigate()
  return (
    <>
      <p className="quiet">Everything that somebody reads. Others than auditors are told of the products they answer for.</p>
      <QuestionFields
        key={JSON.stringify(search)}
        search={search}
        asks={{ principal: true, product: false }}
        ask={(asked) => void navigate({ to: '/audit/$view', params: { view: 'what-can' }, search: asked })}
      />
      {search.principal !== undefined && <WhatCanAnswer principal={search.principal} asOf={search.at} heading />}
    </>
  )
}

type AnswerProps = { principal: string; asOf?: string | undefined; heading?: boolean }

export function WhatCanAnswer({ heading = false, ...ask }: AnswerProps) {
  const query = useQuery(whatCan(ask))
  if (query.isError) return <Withheld error={query.error} title="This is not yours to ask." retry={() => void query.refetch()} />
  if (query.data === undefined) return <Skeleton />
  return (
    <section aria-label="Answer" className="answer">
      {heading && <h2 className="visually-hidden">Answer</h2>}
      <p role="status">
        {counted(query.data.products.length, 'product')}, asked about {instantWords(query.data.at)}.
      </p>
      <Readable answer={query.data} />
    </section>
  )
}
