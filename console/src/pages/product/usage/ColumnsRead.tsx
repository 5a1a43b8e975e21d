import { Link } from '@tanstack/react-router'
import type { ColumnUsage, Usage } from '../../../api/product'
import type { ProductPage } from '../../../api/types'
import { Table } from '../../../components/Table'
import { Time } from '../../../components/Time'
import { useFirst } from '../../../components/useFirst'
import { ShareBar } from './ShareBar'
import { columnName, goneColumns, neverRead, type NamedColumn } from './usage'

const FIRST_READ = 12
const FIRST_UNREAD = 60

/** Which columns are used, and which nobody would miss. */
export function ColumnsRead({ usage, page }: { usage: Usage; page: ProductPage }) {
  const ports = page.port_details
  const unread = neverRead(ports, usage.columns)
  return (
    <div className="usage-columns">
      <section>
        <h2>Columns by use</h2>
        {usage.columns.length === 0 ? (
          <p className="quiet">The statements so far read rows and no column, such as a count does.</p>
        ) : (
          <Used columns={usage.columns} gone={goneColumns(ports, usage.columns)} ports={ports.length} />
        )}
      </section>
      <section>
        <h2>Never read since the audit began</h2>
        {unread.length === 0 ? (
          <p className="quiet">None: somebody has read each column of the contract.</p>
        ) : (
          <Unread columns={unread} ports={ports.length} product={page.reference} />
        )}
      </section>
    </div>
  )
}

function Used({ columns, gone, ports }: { columns: readonly ColumnUsage[]; gone: ReadonlySet<string>; ports: number }) {
  const { shown, showAll } = useFirst(columns, FIRST_READ, 'column')
  const most = columns[0]?.statements ?? 0
  return (
    <>
      <p className="quiet">How many statements read each since the audit began, the most read first.</p>
      <Table label="Columns by use" head={['Column', 'Statements', 'Readers', 'Last read']}>
        {shown.map((used) => (
          <tr key={`${used.port} ${used.column}`}>
            <th scope="row">
              <code>{columnName(used, ports)}</code>
              {gone.has(`${used.port}\n${used.column}`) && <span className="quiet small block">not in the contract now</span>}
            </th>
            <td className="no-break">
              <ShareBar value={used.statements} most={most} /> {used.statements.toLocaleString('en')}
            </td>
            <td>{used.readers.toLocaleString('en')}</td>
            <td className="no-break">
              <Time at={used.last_read_at} />
            </td>
          </tr>
        ))}
      </Table>
      {showAll}
    </>
  )
}

type UnreadProps = { columns: readonly NamedColumn[]; ports: number; product: string }

function Unread({ columns, ports, product }: UnreadProps) {
  const { shown, showAll } = useFirst(columns, FIRST_UNREAD, 'column')
  return (
    <>
      <p className="quiet">
        {columns.length === 1
          ? 'No statement has read this column.'
          : `No statement has read these ${columns.length.toLocaleString('en')} columns.`}{' '}
        Products made from it may use {columns.length === 1 ? 'it' : 'them'} all the same; the{' '}
        <Link to="/lineage" search={{ focus: product }}>
          lineage
        </Link>{' '}
        tells.
      </p>
      <ul className="column-list">
        {shown.map((column) => (
          <li key={`${column.port} ${column.column}`}>
            <code>{columnName(column, ports)}</code>
          </li>
        ))}
      </ul>
      {showAll}
    </>
  )
}
