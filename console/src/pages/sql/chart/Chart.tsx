import { Link } from '@tanstack/react-router'
import { useId, useMemo, useRef, useState } from 'react'
import { Empty } from '../../../components/Empty'
import type { Mark } from '../result/treatments'
import type { SqlSearch } from '../search'
import type { Result } from '../tab'
import { Choices } from './Choices'
import { Drawing } from './Drawing'
import { MaskedDrawn } from './MaskedDrawn'
import { Reading } from './Reading'
import { choiceOf, indexOf, type Choice } from './choice'
import { dataOf } from './data'
import { layoutOf } from './layout'
import { useWidth } from './useWidth'
import { describe, leftOut, titleWords } from './words'

type Props = {
  result: Result
  marks: readonly (Mark[] | null)[]
  search: SqlSearch
  change: (changes: Partial<SqlSearch>) => void
}

/** The rows in memory as a picture. */
export function Chart({ result, marks, search, change }: Props) {
  const { columns, rows } = result
  const choice = useMemo(() => choiceOf(search, { columns, rows, masked: marks.map((mark) => mark !== null) }), [search, columns, rows, marks])
  if (choice === null) {
    return (
      <Empty title="No column of numbers.">
        <p>
          A chart draws numbers. Count or sum in the statement, such as <code>count(*)</code> with <code>GROUP BY</code>.
        </p>
      </Empty>
    )
  }
  return <Drawn result={result} marks={marks} choice={choice} search={search} change={change} />
}

function Drawn({ result: { columns, rows, more }, marks, choice, search, change }: Props & { choice: Choice }) {
  const id = useId()
  const host = useRef<HTMLDivElement>(null)
  const width = useWidth(host)
  const data = useMemo(() => dataOf(choice, columns, rows), [choice, columns, rows])
  const layout = useMemo(() => layoutOf(data, choice.kind, width), [data, choice.kind, width])
  // A point of one drawing is none of the next.
  const [read, setRead] = useState({ data, at: -1 })
  const at = read.data === data && read.at >= 0 ? read.at : null
  const setAt = (next: number) => setRead({ data, at: next })
  const marksOf = (name: string) => marks[indexOf(columns, name)] ?? null
  const masked = useMemo(() => new Set(columns.filter((_, column) => marks[column] != null).map(({ name }) => name)), [columns, marks])
  const isEmpty = data.series.every(({ least }) => !Number.isFinite(least))
  return (
    <div className="chart-card">
      <Choices choice={choice} columns={columns} masked={masked} patterns={id} change={change} />
      <MaskedDrawn names={[...new Set([choice.x, ...choice.y])]} marksOf={marksOf} />
      <figure className="chart-figure">
        <div ref={host} className="chart-host">
          {isEmpty ? (
            <Empty title="Nothing to draw.">
              <p>No row has both a number and a place along the axis.</p>
            </Empty>
          ) : (
            width > 0 && (
              <Drawing choice={choice} data={data} layout={layout} width={width} at={at} setAt={setAt} patterns={id} label={titleWords(choice)} describedBy={`${id}-told`} />
            )
          )}
        </div>
        {!isEmpty && <Reading choice={choice} columns={columns} rows={rows} points={data.points} at={at} setAt={setAt} patterns={id} />}
        <figcaption className="quiet small">
          <span id={`${id}-told`}>{describe(data)}</span> {leftOut(data, choice.x, rows.length, more).join(' ')}{' '}
          <Link to="." search={{ ...search, view: undefined }} replace resetScroll={false}>
            The rows as a table
          </Link>
        </figcaption>
      </figure>
    </div>
  )
}
