import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { explanation } from '../../api/audit'
import { Skeleton } from '../../components/Skeleton'
import { Withheld } from '../../components/Withheld'
import { ExplainAnswer } from './ExplainAnswer'
import { QuestionFields } from './QuestionFields'
import { useAuditSearch } from './useAuditSearch'

export function ExplainView() {
  const search = useAuditSearch()
  const navigate = useNavigate()
  return (
    <>
      <p className="quiet">
        Auditors ask about everybody and any day; owners and stewards about their products now; everybody about themselves now.
      </p>
      <QuestionFields
        key={JSON.stringify(search)}
        search={search}
        asks={{ principal: true, product: true }}
        ask={(asked) => void navigate({ to: '/audit/$view', params: { view: 'explain' }, search: asked })}
      />
      {search.principal !== undefined && search.product !== undefined && (
        <Answer principal={search.principal} product={search.product} asOf={search.at} />
      )}
    </>
  )
}

function Answer(ask: { principal: string; product: string; asOf: string | undefined }) {
  const query = useQuery(explanation(ask))
  if (query.isError) return <Withheld error={query.error} title="This is not yours to ask." retry={() => void query.refetch()} />
  if (query.data === undefined) return <Skeleton />
  return <ExplainAnswer answer={query.data} past={ask.asOf !== undefined} />
}
