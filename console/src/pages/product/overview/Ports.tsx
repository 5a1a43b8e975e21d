import { Link } from '@tanstack/react-router'
import type { ProductName } from '../../../api/queries'
import type { PortPage, ProductPage } from '../../../api/types'
import { counted } from '../../../lib/words'
import { tableName } from '../../sql/text/names'

type Props = { page: ProductPage; name: ProductName; keys: Record<string, readonly string[]> }

/** What may be read: a row of each port, what makes it unique, and the way to a first query. */
export function Ports({ page, name, keys }: Props) {
  return (
    <section>
      <h2>{page.port_details.length === 1 ? 'Port' : 'Ports'}</h2>
      {page.port_details.map((port) => (
        <Port key={port.name} port={port} page={page} name={name} keys={keys[port.name] ?? []} />
      ))}
    </section>
  )
}

function Port({ port, page, name, keys }: { port: PortPage; page: ProductPage; name: ProductName; keys: readonly string[] }) {
  // A column that is not there for this person is no key of theirs.
  const known = keys.every((key) => port.columns.some((column) => column.name === key)) ? keys : []
  return (
    <div className="port">
      <div className="port-head">
        <h3>{port.name}</h3>
        {page.access === 'yes' && page.publication != null && (
          <Link
            to="/sql"
            search={{ product: page.reference, port: port.name, ...(page.purpose_shown ? { purpose: page.purpose_shown } : {}) }}
            className="button"
            aria-label={`Open in SQL, port ${port.name}`}
          >
            Open in SQL
          </Link>
        )}
      </div>
      {port.description && <p>{port.description}</p>}
      <dl className="facts">
        <dt>In SQL</dt>
        <dd>
          <code>{tableName(page.reference, port.name)}</code>
        </dd>
        {known.length > 0 && (
          <>
            <dt>Key</dt>
            <dd>
              <code>{known.join(', ')}</code>
            </dd>
          </>
        )}
        <dt>Columns</dt>
        <dd>
          <Link to="/p/$domain/$product/$tab" params={{ ...name, tab: 'schema' }}>
            {counted(port.columns.length, 'column')}
          </Link>
        </dd>
        {typeof port.rows === 'number' && (
          <>
            <dt>Rows</dt>
            <dd>{port.rows.toLocaleString('en')}</dd>
          </>
        )}
      </dl>
    </div>
  )
}
