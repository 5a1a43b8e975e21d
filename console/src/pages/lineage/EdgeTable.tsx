import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { Empty } from '../../components/Empty'
import { useFirst } from '../../components/useFirst'
import { download, fileName } from '../../lib/download'
import { counted } from '../../lib/words'
import type { Graph } from './graph'
import { edgesCsv, linesFor, linesOf, type End, type Line } from './lines'
import { Name } from './Name'
import { levelOf, refocused, type LineageSearch, type Sort } from './search'
import { SortHead } from './SortHead'

const FIRST_LINES = 200

/** What the graph shows, as a table: sorted, narrowed by words, saved as a file. */
export function EdgeTable({ graph, name }: { graph: Graph; name: string }) {
  const search = useSearch({ from: '/lineage' })
  const navigate = useNavigate({ from: '/lineage' })
  const every = useMemo(() => linesOf(graph), [graph])
  const { find, sort, desc } = search
  const lines = useMemo(() => linesFor(every, { find, sort, desc }), [every, find, sort, desc])
  // A line of the columns is of one.
  const counts = levelOf(search) !== 'column'
  const { shown, showAll } = useFirst(lines, FIRST_LINES, 'line')
  const set = (change: Partial<LineageSearch>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true })

  if (every.length === 0) {
    return (
      <Empty title="Nothing upstream or downstream that is visible to you.">
        <p>With more steps, or with nothing hidden, there may be something.</p>
      </Empty>
    )
  }
  return (
    <>
      <div className="row row-apart">
        <div className="row">
          <label className="inline-field">
            Find{' '}
            <input type="search" value={find ?? ''} onChange={({ target }) => set({ find: target.value === '' ? undefined : target.value })} />
          </label>
          <p role="status" className="quiet small">
            {countLines(lines.length, every.length)}
          </p>
        </div>
        <button
          type="button"
          className="button"
          onClick={() => download(fileName(`Lineage of ${name}`, 'csv'), 'text/csv', edgesCsv(lines))}
        >
          Save as CSV
        </button>
      </div>
      <div className="table-scroll" role="region" aria-label="Lineage" tabIndex={0}>
        <table>
          <Heads sort={sort ?? 'side'} desc={desc === true} counts={counts} set={set} />
          <tbody>
            {shown.map((line) => (
              <Row key={line.id} line={line} counts={counts} search={search} />
            ))}
          </tbody>
        </table>
      </div>
      {showAll}
    </>
  )
}

const HEADS: readonly [Sort, string][] = [
  ['side', 'Side'],
  ['from', 'From'],
  ['to', 'To'],
  ['how', 'How'],
]

type HeadsProps = { sort: Sort; desc: boolean; counts: boolean; set: (change: Partial<LineageSearch>) => void }

function Heads({ sort, desc, counts, set }: HeadsProps) {
  return (
    <thead>
      <tr>
        {HEADS.map(([of, words]) => (
          <SortHead
            key={of}
            words={words}
            order={sort === of ? (desc ? 'descending' : 'ascending') : null}
            turn={() => set({ sort: of, desc: sort === of && !desc ? true : undefined })}
          />
        ))}
        {counts && <th scope="col">Columns</th>}
      </tr>
    </thead>
  )
}

function Row({ line, counts, search }: { line: Line; counts: boolean; search: LineageSearch }) {
  return (
    <tr>
      <td>{line.side}</td>
      <td className="lineage-wide-cell">
        <EndLink end={line.from} search={search} />
      </td>
      <td className="lineage-wide-cell">
        <EndLink end={line.to} search={search} />
      </td>
      <td>{line.how}</td>
      {counts && <td>{line.columns.toLocaleString('en')}</td>}
    </tr>
  )
}

/** What can be asked about is a way to it. */
function EndLink({ end: { text, box, column }, search }: { end: End; search: LineageSearch }) {
  if (box.kind === 'hidden') return <span className="quiet">{text}</span>
  if (box.reference === null) return box.id.endsWith('/') ? <>{text}</> : <Name>{text}</Name>
  const focus = column === null ? box.reference : `${box.reference}.${column}`
  return (
    <Link to="/lineage" search={refocused(search, focus)}>
      <Name>{text}</Name>
    </Link>
  )
}

function countLines(shown: number, all: number): string {
  const lines = counted(all, 'line')
  return shown === all ? lines : `${shown.toLocaleString('en')} of ${lines}`
}
