import { Empty } from '../../components/Empty'
import { ProblemNotice } from '../../components/ProblemNotice'
import type { Explaining } from './Output'
import type { QueryTab } from './tab'

type Props = { plan: QueryTab['plan']; explain: () => void; explaining: Explaining }

/** How the server would run the statement, with what it does to each column. Asked for by hand: it is a statement of its own. */
export function Plan({ plan, explain, explaining }: Props) {
  return (
    <>
      <p className="row sql-plan-ask">
        <button type="button" className="button" aria-disabled={explaining.pending} onClick={() => !explaining.pending && explain()}>
          {explaining.pending ? 'Asking' : 'Show the plan of the statement'}
        </button>
        <span className="quiet small">It reads no row and says what happens to each column. It is kept in your activity.</span>
      </p>
      {explaining.error !== null && <ProblemNotice error={explaining.error} />}
      {plan === null ? (
        explaining.error === null && <Empty title="No plan has been asked for." />
      ) : (
        <>
          <p className="quiet small">
            The plan of <code className="sql-said">{plan.sql}</code>
          </p>
          <pre tabIndex={0} role="region" aria-label="Plan" className="sql-plan">
            <code>{plan.lines.join('\n')}</code>
          </pre>
        </>
      )}
    </>
  )
}
