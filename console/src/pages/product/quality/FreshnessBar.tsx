import { useQuery } from '@tanstack/react-query'
import type { PromiseItem } from '../../../api/product'
import { productPage } from '../../../api/queries'
import { Chip } from '../../../components/Chip'
import { Time } from '../../../components/Time'
import { instantWords, spanWords } from '../../../lib/time'
import { freshnessSign } from '../../../lib/words'
import type { TabProps } from '../tabs/props'
import { barOf, freshnessOf, type Freshness } from './freshness'

/** What is promised about the age of the data, and how it is kept now. */
export function FreshnessBar({ page, name, search }: TabProps) {
  const { dataUpdatedAt } = useQuery(productPage(name, search.purpose))
  const { promises, ports } = page
  return (
    <section>
      <h2>Freshness</h2>
      {promises.length === 0 && <p className="quiet">The contract promises nothing about the age of the data.</p>}
      {promises.map((promise) => (
        <div key={`${promise.port ?? ''} ${promise.within}`}>
          {(ports.length > 1 || promises.length > 1) && <h3>{promise.port ?? 'Every port'}</h3>}
          <Kept promise={promise} readAt={dataUpdatedAt} />
        </div>
      ))}
    </section>
  )
}

function Kept({ promise, readAt }: { promise: PromiseItem; readAt: number }) {
  const fresh = freshnessOf(promise, readAt)
  const sign = freshnessSign(promise.state)
  return (
    <>
      <p className="fresh-words">
        {sign && <Chip sign={sign} />} {fresh.words}
      </p>
      <Bar fresh={fresh} state={promise.state} />
      {promise.state === 'late' && (
        <p>
          Late since {instantWords(promise.late_from).slice(0, 16)} UTC (<Time at={promise.late_from} />
          ).
        </p>
      )}
    </>
  )
}

function Bar({ fresh, state }: { fresh: Freshness; state: string }) {
  const { used, over, promise } = barOf(fresh)
  return (
    <div className="fresh">
      <svg role="img" aria-label={fresh.words} viewBox="0 0 100 10" preserveAspectRatio="none" className={`fresh-bar fresh-${state}`}>
        <rect className="fresh-track" width={100} height={10} />
        <rect className="fresh-used" width={used} height={10} />
        <rect className="fresh-over" x={promise} width={over} height={10} />
        <line className="fresh-promise" x1={promise} x2={promise} y1={0} y2={10} />
      </svg>
      <p className="fresh-scale quiet small" aria-hidden="true">
        <span style={{ flexBasis: `${promise}%` }}>{spanWords(fresh.within)} promised</span>
        {over > 0 && <span>{spanWords(fresh.lag)} now</span>}
      </p>
    </div>
  )
}
