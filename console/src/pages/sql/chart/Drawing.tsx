import type { PointerEvent } from 'react'
import type { Choice } from './choice'
import { nearest, type ChartData } from './data'
import { HEIGHT, barsOf, type Layout } from './layout'
import { barsPath, formsPath, linePath } from './paths'
import { Patterns, fillOf } from './Swatch'
import { shortened, xWords } from './words'

type Props = {
  choice: Choice
  data: ChartData
  layout: Layout
  width: number
  /** The point that is read, by its place in the data. */
  at: number | null
  setAt: (at: number) => void
  patterns: string
  label: string
  describedBy: string
}

/** The chart itself: a picture for its readers, who have its values beside it and in the results. */
export function Drawing({ choice, data, layout, width, at, setAt, patterns, label, describedBy }: Props) {
  const { kind } = choice
  const { left, right, top, bottom, xOf, yOf } = layout
  const { points } = data
  const point = at === null ? undefined : points[at]
  const find = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    const apart = (value: number | null) => (value === null ? Infinity : Math.abs(yOf(value) - y))
    const found = nearest(points, ({ x: place, ys }) => Math.hypot(xOf(place) - x, kind === 'points' ? Math.min(...ys.map(apart)) : 0))
    if (points.length > 0) setAt(found)
  }
  return (
    <svg className="chart" width={width} height={HEIGHT} role="img" aria-label={label} aria-describedby={describedBy} onPointerMove={find} onPointerDown={find}>
      <Patterns id={patterns} count={data.series.length} />
      {layout.yTicks.map(({ at: y, text }) => (
        <g key={text}>
          <line x1={left} x2={right} y1={y} y2={y} className="chart-rule" />
          <text x={left - 8} y={y} dy="0.32em" textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {layout.xTicks.map(({ at: x, text }) => (
        <g key={x}>
          <line x1={x} x2={x} y1={bottom} y2={bottom + 5} className="chart-axis" />
          <text x={x} y={bottom + 19} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      <line x1={left} x2={right} y1={bottom} y2={bottom} className="chart-axis" />
      {layout.zero !== null && <line x1={left} x2={right} y1={layout.zero} y2={layout.zero} className="chart-axis" />}
      <text x={(left + right) / 2} y={HEIGHT - 8} textAnchor="middle" className="chart-title">
        {shortened(xWords(choice.x), Math.floor((right - left) / 8))}
      </text>
      {point !== undefined && <line x1={xOf(point.x)} x2={xOf(point.x)} y1={top} y2={bottom} className="chart-current" />}
      {data.series.map((_, series) => (
        <Marks key={series} choice={choice} data={data} layout={layout} series={series} fill={fillOf(patterns, series)} />
      ))}
      {point?.ys.map((y, series) => y !== null && <circle key={series} cx={kind === 'bar' ? barAt(layout, data, series, point.x) : xOf(point.x)} cy={yOf(y)} r={7} className="chart-ring" />)}
    </svg>
  )
}

function barAt({ band, xOf }: Layout, { series: { length } }: ChartData, series: number, x: number): number {
  const { width, offset } = barsOf(band, length)
  return xOf(x) + offset(series) + width / 2
}

type MarksProps = Pick<Props, 'choice' | 'data' | 'layout'> & { series: number; fill: string }

function Marks({ choice: { kind }, data, layout: { band, xOf, yOf }, series, fill }: MarksProps) {
  const placed = data.points.map(({ x, ys }) => ({ x: xOf(x), y: ys[series] == null ? null : yOf(ys[series]) }))
  const few = placed.length <= 60
  if (kind === 'bar') {
    const { width, offset } = barsOf(band, data.series.length)
    const bars = placed.map(({ x, y }) => ({ x: x + offset(series), y }))
    return <path d={barsPath(bars, width, yOf(0))} fill={fill} className={`chart-bar chart-series chart-series-${series}`} />
  }
  return (
    <g className={`chart-series chart-series-${series}`}>
      {kind === 'line' && <path d={linePath(placed)} className="chart-line" />}
      {(kind === 'points' || few) && <path d={formsPath(placed, series, few ? 4 : 3)} className="chart-form" data-many={!few} />}
    </g>
  )
}
