import type { Column } from '../result/rows'
import { CHARTS, type SqlSearch } from '../search'
import { measures, type Choice } from './choice'
import { Series } from './Series'
import { KIND_WORDS } from './words'

type Props = {
  choice: Choice
  columns: readonly Column[]
  masked: ReadonlySet<string>
  patterns: string
  change: (changes: Partial<SqlSearch>) => void
}

/** What is drawn, and how. The first choice states all of it, so that the address says what is seen. */
export function Choices({ choice, columns, masked, patterns, change }: Props) {
  const nameOf = (column: string) => (masked.has(column) ? `${column} (masked)` : column)
  const set = (changes: Partial<Choice>) => {
    const { kind, x, y } = { ...choice, ...changes }
    change({ chart: kind, x, y })
  }
  return (
    <div className="row chart-choices" role="group" aria-label="Chart">
      <label className="inline-field">
        Drawn as
        <select value={choice.kind} onChange={({ target }) => set({ kind: CHARTS.find((kind) => kind === target.value) ?? choice.kind })}>
          {CHARTS.map((kind) => (
            <option key={kind} value={kind}>
              {KIND_WORDS[kind]}
            </option>
          ))}
        </select>
      </label>
      <label className="inline-field">
        along
        <select value={choice.x} onChange={({ target }) => set({ x: target.value })}>
          <option value="">the number of the row</option>
          {[...new Set(columns.map(({ name }) => name))]
            .filter((name) => name !== '')
            .map((name) => (
              <option key={name} value={name}>
                {nameOf(name)}
              </option>
            ))}
        </select>
      </label>
      <Series choice={choice} known={measures(columns)} nameOf={nameOf} patterns={patterns} set={(y) => set({ y })} />
    </div>
  )
}
