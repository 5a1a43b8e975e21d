import { Link } from '@tanstack/react-router'
import type { ProductPage } from '../../../api/types'
import { Time } from '../../../components/Time'
import { spanWords } from '../../../lib/time'
import type { TabProps } from '../tabs/props'
import { promisedMinutes } from '../quality/freshness'
import type { ContractFacts } from './contract'

type Props = TabProps & { promises: ContractFacts['promises'] }

/** What the owners promise, and how what is served keeps it. */
export function Promises({ page, name, search, promises }: Props) {
  const { passed = 0, failed = 0, error = 0, not_evaluated: open = 0 } = page.quality ?? {}
  return (
    <section>
      <h2>Promises and state</h2>
      <dl className="facts">
        <dt>Published</dt>
        <dd>{page.published_at ? <Time at={page.published_at} /> : 'not yet'}</dd>
        <dt>Freshness</dt>
        <dd>{freshnessWords(page)}</dd>
        {typeof page.lag_minutes === 'number' && (
          <>
            <dt>Newest data</dt>
            <dd>{page.lag_minutes === 0 ? 'less than a minute old' : `${spanWords(page.lag_minutes)} old`}</dd>
          </>
        )}
        {page.quality && (
          <>
            <dt>Quality</dt>
            <dd>
              {passed} of {passed + failed + error} rules passed{open > 0 && `, ${open} not evaluated`}
            </dd>
          </>
        )}
        {promises.map(({ property, value }) => (
          <div key={`${property} ${value}`} className="facts-row">
            <dt>{property}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {page.publication != null && (
        <p className="below-facts">
          <Link to="/p/$domain/$product/$tab" params={{ ...name, tab: 'quality' }} search={search}>
            Quality and freshness
          </Link>
        </p>
      )}
    </section>
  )
}

/** Nothing is measured before something is published; what is promised stands there all the same. */
function freshnessWords({ promises, fresh_within: tightest }: ProductPage): string {
  if (promises.length === 0) return tightest ? `within ${tightest}` : 'nothing promised'
  return promises
    .map((promise) => `within ${spanWords(promisedMinutes(promise))}${promises.length > 1 && promise.port ? ` (${promise.port})` : ''}`)
    .join(', ')
}
