import { Link } from '@tanstack/react-router'
import { Suspense, lazy, type ReactNode } from 'react'
import { Empty } from '../../components/Empty'
import { Skeleton } from '../../components/Skeleton'
import { millisWords } from '../../lib/time'
import { capital } from '../../lib/words'
import { Failure } from './Failure'
import { Messages } from './Messages'
import { Plan } from './Plan'
import { VIEWS, type SqlSearch, type View } from './search'
import type { QueryTab, Result } from './tab'
import { ResultView } from './result/ResultView'
import { countWords } from './words'

const ChartView = lazy(() => import('./chart/ChartView'))

type Props = {
  tab: QueryTab
  search: SqlSearch
  change: (changes: Partial<SqlSearch>) => void
  explain: () => void
  explaining: Explaining
  goTo: (() => void) | null
}
export type Explaining = { pending: boolean; error: Error | null }

/** What came of the last statement of a query. */
export function Output({ tab, search, change, explain, explaining, goTo }: Props) {
  const view = search.view ?? 'results'
  return (
    <section aria-label="Output">
      <nav aria-label="Output" className="tabs">
        {VIEWS.map((name) => (
          <Link
            key={name}
            to="."
            search={{ ...search, view: name === 'results' ? undefined : name }}
            replace
            resetScroll={false}
            activeOptions={{ exact: true, includeSearch: true }}
          >
            {titleOf(name, tab)}
          </Link>
        ))}
      </nav>
      <p role="status" className="visually-hidden">
        {statusWords(tab)}
      </p>
      {view === 'results' && <Ran tab={tab} goTo={goTo} done={(result) => <ResultView key={result.queryId} result={result} search={search} change={change} />} />}
      {view === 'chart' && (
        <Ran
          tab={tab}
          goTo={goTo}
          done={(result) => (
            <Suspense fallback={<Skeleton lines={5} />}>
              <ChartView key={result.queryId} result={result} search={search} change={change} />
            </Suspense>
          )}
        />
      )}
      {view === 'plan' && <Plan key={tab.id} plan={tab.plan} explain={explain} explaining={explaining} />}
      {view === 'messages' && <Messages messages={tab.messages} />}
    </section>
  )
}

function titleOf(view: View, tab: QueryTab): string {
  if (view === 'messages' && tab.messages.length > 0) return `Messages (${tab.messages.length})`
  return capital(view)
}

function statusWords({ run }: QueryTab): string {
  if (run?.state === 'running') return 'Running'
  if (run?.state === 'done') return `${run.result.more ? 'The first ' : ''}${countWords(run.result.rows.length)}`
  if (run?.state === 'cancelled') return 'Cancelled'
  return ''
}

function Ran({ tab, goTo, done }: { tab: QueryTab; goTo: (() => void) | null; done: (result: Result) => ReactNode }) {
  const { run } = tab
  switch (run?.state) {
    case undefined:
      return (
        <Empty title="Nothing has run yet.">
          <p>Run a statement with the button, or with Control and Enter. You see the rows and values that your access allows.</p>
        </Empty>
      )
    case 'running':
      return (
        <Empty title="Running.">
          <p>Rows appear here when the statement has ended. Cancel ends it on the server.</p>
        </Empty>
      )
    case 'cancelled':
      return <Empty title={`Cancelled after ${millisWords(run.millis)}.`} />
    case 'failed':
      return <Failure error={run.error} place={run.place} goTo={goTo} />
    case 'done':
      return done(run.result)
  }
}
