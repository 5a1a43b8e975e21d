import { useQuery } from '@tanstack/react-query'
import { tableProfile, tableRejects, type TableRejects } from '../../api/domains'
import { asProblem } from '../../api/problem'
import { Label } from '../../components/Chip'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Said } from '../../components/Said'
import { Table } from '../../components/Table'
import { counted } from '../../lib/words'

type Props = { domain: string; zone: 'bronze' | 'silver'; table: string }

/** A table's shape and what was set aside of it; never a value. */
export function TableDetail({ domain, zone, table }: Props) {
  const profile = useQuery(tableProfile(domain, zone, table))
  return (
    <section aria-labelledby="table-title">
      <h2 id="table-title">
        <code>
          {zone}.{table}
        </code>
      </h2>
      {profile.isError && asProblem(profile.error).status === 404 ? (
        <Empty title="What this table holds is for the engineers of the domain." />
      ) : (
        <Loaded query={profile} lines={6}>
          {({ rows, columns }) => (
            <>
              <p className="quiet">
                {counted(rows, 'row')}, {counted(columns.length, 'column')}. Values are not shown here.
              </p>
              <Table
                label={`Columns of ${zone}.${table}`}
                head={['Column', 'Type of its values', 'Stored as', 'Empty values', 'All values differ', 'Proposed class']}
              >
                {columns.map((column) => (
                  <tr key={column.header}>
                    <th scope="row">
                      <code>{column.header}</code>
                    </th>
                    <td className="no-break">{column.type}</td>
                    <td className="no-break">{column.stored}</td>
                    <td>{column.nullable ? 'some' : 'none'}</td>
                    <td>{column.unique ? 'yes' : 'no'}</td>
                    <td>{column.class ? <Label>{column.class}</Label> : <span className="quiet">none</span>}</td>
                  </tr>
                ))}
              </Table>
            </>
          )}
        </Loaded>
      )}
      {zone === 'bronze' && <Rejects domain={domain} table={table} />}
    </section>
  )
}

function Rejects({ domain, table }: { domain: string; table: string }) {
  const query = useQuery(tableRejects(domain, table))
  if (query.isError && asProblem(query.error).status === 404) return null
  return (
    <>
      <h3>Set aside when taken in</h3>
      <Loaded query={query}>{(rejects) => <RejectedRows rejects={rejects} />}</Loaded>
    </>
  )
}

function RejectedRows({ rejects }: { rejects: TableRejects }) {
  const { taken, rejected, reasons, items } = rejects
  if (rejected === 0) return <p>None; all {taken.toLocaleString('en')} rows were taken.</p>
  return (
    <>
      <p>
        {rejected.toLocaleString('en')} rows were set aside and {taken.toLocaleString('en')} taken.
      </p>
      <Table label="Reasons" head={['Reason', 'Rows', 'First in', 'Line']}>
        {reasons.map((reason) => (
          <tr key={reason.reason}>
            <th scope="row">
              <Said text={reason.reason} />
            </th>
            <td>{reason.rows.toLocaleString('en')}</td>
            <td>
              <code>{reason.file}</code>
            </td>
            <td>{reason.line.toLocaleString('en')}</td>
          </tr>
        ))}
      </Table>
      <details className="more">
        <summary>{items.length < rejected ? `The latest ${items.length} rows` : `All ${items.length} rows`}</summary>
        <Table label="Rows set aside" head={['File', 'Line', 'Reason']}>
          {items.map((item) => (
            <tr key={`${item.file} ${item.line} ${item.reason}`}>
              <td>
                <code>{item.file}</code>
              </td>
              <td>{item.line.toLocaleString('en')}</td>
              <td>
                <Said text={item.reason} />
              </td>
            </tr>
          ))}
        </Table>
      </details>
    </>
  )
}
