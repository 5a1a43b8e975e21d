import { useState } from 'react'
import { roundUp } from '../../../lib/scale'

type Bar = { key: string; value: number; words: string }

type Props = {
  /** What the chart says, for whoever does not see it; the table beside it has the numbers. */
  label: string
  bars: readonly Bar[]
  first: string
  last: string
}

const WIDE = 10
const HIGH = 100
/** A bar that is not nothing is seen to be there. */
const LEAST = 1.5

/** Bars of equal width from the theme's colours. What is under the pointer is said below. */
export function BarChart({ label, bars, first, last }: Props) {
  const [pointed, setPointed] = useState<string>()
  const top = roundUp(Math.max(1, ...bars.map(({ value }) => value)))
  const height = (value: number) => (value === 0 ? 0 : Math.max((value / top) * HIGH, LEAST))
  const shown = bars.find(({ key }) => key === pointed)
  return (
    <figure className="bar-chart">
      <div className="bar-chart-plot">
        <p className="bar-chart-top quiet small" aria-hidden="true">
          {top.toLocaleString('en')}
        </p>
        <svg
          role="img"
          aria-label={label}
          viewBox={`0 0 ${bars.length * WIDE} ${HIGH}`}
          preserveAspectRatio="none"
          onPointerLeave={() => setPointed(undefined)}
        >
          <line className="bar-chart-mark" x1={0} x2={bars.length * WIDE} y1={0.5} y2={0.5} />
          <line className="bar-chart-mark" x1={0} x2={bars.length * WIDE} y1={HIGH / 2} y2={HIGH / 2} />
          {bars.map(({ key, value }, at) => (
            <g key={key} className="bar-chart-bar" onPointerEnter={() => setPointed(key)}>
              <rect className="bar-chart-reach" x={at * WIDE} y={0} width={WIDE} height={HIGH} />
              <rect x={at * WIDE + 1.5} y={HIGH - height(value)} width={WIDE - 3} height={height(value)} />
            </g>
          ))}
        </svg>
      </div>
      <figcaption className="bar-chart-days quiet small" aria-hidden="true">
        <span>{first}</span>
        <span className="bar-chart-pointed">{shown?.words}</span>
        <span>{last}</span>
      </figcaption>
    </figure>
  )
}
