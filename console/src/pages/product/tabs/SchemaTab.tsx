import { Link, useNavigate } from '@tanstack/react-router'
import { memo, useDeferredValue, useMemo, useState } from 'react'
import type { PortPage } from '../../../api/types'
import { Label } from '../../../components/Chip'
import { Table } from '../../../components/Table'
import { treatmentWords } from '../../../lib/words'
import { PurposeChoice } from '../PurposeChoice'
import { columnsFound, countWords, type Column } from './columns'
import type { TabProps } from './props'

/** With fewer columns a glance is quicker than a search. */
const WORTH_FINDING = 20

/** More than a window shows; the others follow once these are painted, also after every change of the filter. */
const FIRST_ROWS = 60

export function SchemaTab({ page, search }: TabProps) {
  const shown = search.purpose ?? page.purpose_shown
  const entitled = page.port_details.some((port) => port.columns.some((column) => column.treatment))
  const [words, setWords] = useState(search.find ?? '')
  const all = page.port_details.flatMap(({ columns }) => columns)
  return (
    <>
      <div className="row row-apart">
        <p className="quiet">
          {entitled
            ? 'What you see depends on the purpose you read for.'
            : 'You see no rows under this purpose yet. What you would see is decided with your request.'}
        </p>
        <PurposeChoice purposes={page.purposes} shown={shown} />
      </div>
      {(all.length >= WORTH_FINDING || search.find !== undefined) && (
        <div className="row row-apart">
          <FindColumns words={words} setWords={setWords} />
          <p role="status">{countWords(columnsFound(all, words).length, all.length)}</p>
        </div>
      )}
      {page.port_details.map((port) => (
        <section key={port.name}>
          <h2>{port.name}</h2>
          {port.description && <p>{port.description}</p>}
          <PortTable port={port} words={words} product={page.reference} />
        </section>
      ))}
    </>
  )
}

function FindColumns({ words, setWords }: { words: string; setWords: (words: string) => void }) {
  const navigate = useNavigate({ from: '/p/$domain/$product/$tab' })
  return (
    <label className="inline-field">
      Find columns
      <input
        type="search"
        autoComplete="off"
        value={words}
        onChange={({ target }) => {
          setWords(target.value)
          const find = target.value.trim() === '' ? undefined : target.value
          void navigate({ search: (before) => ({ ...before, find }), replace: true, resetScroll: false })
        }}
      />
    </label>
  )
}

const NONE: readonly Column[] = []

const PortTable = memo(function PortTable({ port, words, product }: { port: PortPage; words: string; product: string }) {
  const found = useMemo(() => columnsFound(port.columns, words), [port, words])
  // The words themselves are not deferred: within what is deferred already nothing is deferred once more.
  const whole = useDeferredValue(found, NONE)
  const rows = whole === found ? found : found.slice(0, FIRST_ROWS)
  return (
    <Table label={`Columns of ${port.name}`} head={['Column', 'Type', 'Classes', 'What it means', 'What you see', 'Lineage']}>
      {rows.map((column) => (
        <ColumnRow key={column.name} column={column} of={`${product}.${port.name}`} />
      ))}
    </Table>
  )
})

const ColumnRow = memo(function ColumnRow({ column, of }: { column: Column; of: string }) {
  return (
    <tr>
      <th scope="row">
        <code>{column.name}</code>
      </th>
      <td className="no-break">
        {column.type}
        {column.nullable && <span className="quiet small"> may be empty</span>}
      </td>
      <td>
        <span className="chips">
          {column.tags.map((tag) => (
            <Label key={tag}>{tag}</Label>
          ))}
        </span>
      </td>
      <td className="prose">{column.description}</td>
      <td className="treatment" data-treated={column.treatment != null && column.treatment !== 'clear'}>
        {column.treatment ? treatmentWords(column.treatment) : <span className="quiet">Nothing yet</span>}
      </td>
      <td className="no-break">
        <Link to="/lineage" search={{ focus: `${of}.${column.name}` }} aria-label={`Lineage of this column, ${column.name}`}>
          Lineage
        </Link>
      </td>
    </tr>
  )
})
