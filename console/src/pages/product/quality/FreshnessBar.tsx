import { useQuery } from '@tanstack/react-query'
import { productPage } from '../../../api/queries'
import { Chip } from '../../../components/Chip'
import { Time } from '../../../components/Time'
import { instantWords } from '../../../lib/time'
import { freshnessSign } from '../../../lib/words'
import type { TabProps } from '../tabs/props'
import { barOf, freshnessOf, spanWords } from './freshness'

/** What is promised about the age of the data, and how it is kept now. */
export function FreshnessBar({ page, name, search }: TabProps) {
  const { dataUpdatedAt } = useQuery(productPage(name, search.purpose))
  const fresh = freshnessOf(page, dataUpdatedAt)
  const sign = freshnessSign(page.freshness)
  return (
    <section>
      <h2>Freshness</h2>
      {fresh === null ? (
        <p className="quiet">{page.fresh_within ? `Promised within ${page.fresh_within}.` : 'The contract promises nothing about the age of the data.'}</p>
      ) : (
        <>
          <p className="fresh-words">
            {sign && <Chip sign={sign} />} {fresh.words}
          </p>
          {(fresh.state === 'late') === fresh.lag >= fresh.within && <Bar within={fresh.within} lag={fresh.lag} state={fresh.state} words={fresh.words} />}
          {fresh.lateSince !== undefined && (
            <p>
              Late since {instantWords(fresh.lateSince).slice(0, 16)} UTC (<Time at={fresh.lateSince} />
              ).
            </p>
          )}
        </>
      )}
    </section>
  )
}

function Bar({ within, lag, state, words }: { within: number; lag: number; state: string; words: string }) {
  const { used, over, promise } = barOf({ within, lag })
  return (
    <div className="fresh">
      <svg role="img" aria-label={words} viewBox="0 0 100 10" preserveAspectRatio="none" className={`fresh-bar fresh-${state}`}>
        <rect className="fresh-track" width={100} height={10} />
        <rect className="fresh-used" width={used} height={10} />
        <rect className="fresh-over" x={promise} width={over} height={10} />
        <line className="fresh-promise" x1={promise} x2={promise} y1={0} y2={10} />
      </svg>
      <p className="fresh-scale quiet small" aria-hidden="true">
        <span style={{ flexBasis: `${promise}%` }}>{spanWords(within)} promised</span>
        {over > 0 && <span>{spanWords(lag)} now</span>}
      </p>
    </div>
  )
}
