import type { RowsItem, UnderItem } from '../api/audit'
import { treatmentWords } from '../lib/words'
import { Said } from './Said'

/** What somebody reads, by purpose and port. */
export function Reads({ under }: { under: readonly UnderItem[] }) {
  return under.flatMap(({ purpose, ports }) =>
    ports.map((port) => (
      <section key={`${purpose} ${port.port}`}>
        <h4>
          {purpose} <span className="quiet">· port {port.port}</span>
        </h4>
        <PortReads port={port} />
      </section>
    )),
  )
}

/** Columns of a port by what is seen of them, and which rows. */
export function PortReads({ port }: { port: UnderItem['ports'][number] }) {
  if (port.refused) {
    return (
      <p>
        Nothing can be read: <Said text={port.refused} />
      </p>
    )
  }
  return (
    <dl className="facts small reads">
      {Object.entries(port.columns ?? {}).map(([treatment, columns]) => (
        <div key={treatment} className="facts-row">
          <dt>
            {treatmentWords(treatment)} ({columns.length})
          </dt>
          <dd>{columns.join(', ')}</dd>
        </div>
      ))}
      <div className="facts-row">
        <dt>Rows</dt>
        <dd>
          <RowsWords rows={port.rows} />
        </dd>
      </div>
    </dl>
  )
}

export function RowsWords({ rows }: { rows: RowsItem | null | undefined }) {
  const some = rows?.any_of ?? null
  const every = rows?.all_of ?? []
  const conditions = [...(some === null ? [] : [some.join(' or ')]), ...every].filter((condition) => condition !== '')
  if (conditions.length === 0) return <>all</>
  return conditions.map((condition) => (
    <code key={condition} className="block">
      {condition}
    </code>
  ))
}
