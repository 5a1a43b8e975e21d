import type { Column, Row } from '../result/rows'
import { cellText } from '../result/rows'
import { indexOf, type Choice } from './choice'
import type { Point } from './data'
import { Swatch } from './Swatch'
import { shortened } from './words'

type Props = {
  choice: Choice
  columns: readonly Column[]
  rows: readonly Row[]
  points: readonly Point[]
  at: number | null
  setAt: (at: number) => void
  patterns: string
}

const MOST_CHARACTERS = 60

/** The values of one point, exactly as the answer has them: found with the pointer in the chart, or with this slider. */
export function Reading({ choice, columns, rows, points, at, setAt, patterns }: Props) {
  const point = at === null ? undefined : points[at]
  const row = point === undefined ? undefined : rows[point.row - 1]
  const valueOf = (name: string) => {
    const cell = row?.[indexOf(columns, name)]
    return cell === null || cell === undefined ? 'NULL' : shortened(cellText(cell), MOST_CHARACTERS)
  }
  const values = [...new Set([...(choice.x === '' ? [] : [choice.x]), ...choice.y])].map((name) => ({ name, value: valueOf(name), series: choice.y.indexOf(name) }))
  const told = point === undefined ? 'None' : [`Row ${point.row}`, ...values.map(({ name, value }) => `${name} ${value}`)].join(', ')
  return (
    <div className="chart-reading">
      <label>
        Point
        <input type="range" min={0} max={Math.max(0, points.length - 1)} value={at ?? 0} aria-valuetext={told} onFocus={() => at === null && setAt(0)} onChange={({ target }) => setAt(Number(target.value))} />
      </label>
      {point === undefined ? (
        <p className="quiet small">Point at the chart, or move the slider, to read the values of a row.</p>
      ) : (
        <dl>
          <div>
            <dt>Row</dt>
            <dd>{point.row.toLocaleString('en')}</dd>
          </div>
          {values.map(({ name, value, series }) => (
            <div key={name}>
              <dt>
                {series >= 0 && choice.y.length > 1 && <Swatch kind={choice.kind} series={series} patterns={patterns} />}
                <bdi>{name}</bdi>
              </dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
