import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { whoCanRead } from '../../api/audit'
import { Skeleton } from '../../components/Skeleton'
import { Withheld } from '../../components/Withheld'
import { instantWords } from '../../lib/time'
import { counted } from '../../lib/words'
import { QuestionFields } from './QuestionFields'
import { Readers } from './Readers'
import { useAuditSearch } from './useAuditSearch'

export function WhoCanReadView() {
  const search = useAuditSearch()
  const navigate = useNavigate()
  return (
    <>
      <p className="quiet">Everybody who reads a product, together where they get the same: for its owners, its stewards and auditors.</p>
      <QuestionFields
        key={JSON.stringify(search)}
        search={search}
        asks={{ principal: false, product: true }}
        ask={(asked) => void navigate({ to: '/audit/$view', params: { view: 'who-can-read' }, search: asked })}
      />
      {search.product !== undefined && <Answer product={search.product} asOf={search.at} />}
    </>
  )
}

function Answer(ask: { product: string; asOf: string | undefined }) {
  const query = useQuery(whoCanRead(ask))
  if (query.isError) return <Withheld error={query.error} title="This is not yours to ask." retry={() => void query.refetch()} />
  if (query.data === undefined) return <Skeleton />
  return (
    <section aria-label="Answer" className="answer">
      <h2 className="visually-hidden">Answer</h2>
      <p role="status">
        {counted(query.data.readers, 'reader')} of {query.data.product}, asked about {instantWords(query.data.at)}.
      </p>
      <Readers answer={query.data} />
    </section>
  )
}
