import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { chain } from '../../api/audit'
import { asProblem } from '../../api/problem'
import { ProblemNotice } from '../../components/ProblemNotice'
import { Time } from '../../components/Time'

/** In one line on top of the journal: whether the chain holds, and up to where. A refusal is told by the journal below. */
export function ChainStatus() {
  const query = useQuery(chain())
  if (query.isError) return asProblem(query.error).status === 403 ? null : <ProblemNotice error={query.error} />
  if (query.data === undefined) return <p className="notice">Checking the chain of records</p>
  const { records, head, checkedAt } = query.data
  return (
    <p className="notice notice-good chain">
      <span>
        <strong>The chain holds.</strong> {records.toLocaleString('en')} records, checked <Time at={checkedAt} />.
      </span>{' '}
      {head && (
        <span className="small">
          Head <code title={head}>{head.slice(0, 16)}…</code>
        </span>
      )}{' '}
      <Link to="/audit/$view" params={{ view: 'verify' }}>
        Details
      </Link>
    </p>
  )
}
