import { MOST_SERIES } from '../search'
import type { Choice } from './choice'
import { Swatch } from './Swatch'

type Props = {
  choice: Choice
  /** Every column of numbers. */
  known: readonly string[]
  nameOf: (column: string) => string
  patterns: string
  set: (y: readonly string[]) => void
}

/** The columns that are drawn, each with what it looks like, to change, add and remove: the legend and its choice are one. */
export function Series({ choice: { kind, y }, known, nameOf, patterns, set }: Props) {
  const others = known.filter((name) => !y.includes(name))
  const [next] = others
  return (
    <ul aria-label="Columns drawn" className="chart-columns">
      {y.map((name, series) => (
        <li key={series}>
          <Swatch kind={kind} series={series} patterns={patterns} />
          <select
            aria-label={y.length === 1 ? 'Column drawn' : `Column drawn, ${series + 1} of ${y.length}`}
            value={name}
            onChange={({ target }) => set(y.map((before, at) => (at === series ? target.value : before)))}
          >
            {known
              .filter((option) => option === name || !y.includes(option))
              .map((option) => (
                <option key={option} value={option}>
                  {nameOf(option)}
                </option>
              ))}
          </select>
          {y.length > 1 && (
            <button type="button" className="button button-quiet" aria-label={`Leave out ${name}`} onClick={() => set(y.filter((_, at) => at !== series))}>
              <span aria-hidden="true">✕</span>
            </button>
          )}
        </li>
      ))}
      {next !== undefined && y.length < MOST_SERIES && (
        <li>
          <button type="button" className="button" onClick={() => set([...y, next])}>
            Add a column
          </button>
        </li>
      )}
    </ul>
  )
}
