import type { ReaderUsage } from '../../../api/product'
import { Table } from '../../../components/Table'
import { Time } from '../../../components/Time'
import { useFirst } from '../../../components/useFirst'
import { PersonName } from '../PersonName'
import { ShareBar } from './ShareBar'

const FIRST = 12

type Props = { readers: readonly ReaderUsage[]; domain: string; ports: number }

export function ReadBy({ readers, domain, ports }: Props) {
  const { shown, showAll } = useFirst(readers, FIRST, 'reader')
  const most = readers[0]?.statements ?? 0
  const head = ['Who', 'Statements', ...(ports > 1 ? ['Ports'] : []), 'Last read']
  return (
    <section>
      <h2>Who reads it</h2>
      <p className="quiet">How many statements each has run since the audit began.</p>
      <Table label="Who reads it" head={head}>
        {shown.map((reader) => (
          <tr key={reader.principal}>
            <th scope="row">
              <PersonName principal={reader.principal} domain={domain} />
            </th>
            <td className="no-break">
              <ShareBar value={reader.statements} most={most} /> {reader.statements.toLocaleString('en')}
            </td>
            {ports > 1 && (
              <td>
                <code>{reader.ports.join(', ')}</code>
              </td>
            )}
            <td className="no-break">
              <Time at={reader.last_read_at} />
            </td>
          </tr>
        ))}
      </Table>
      {showAll}
    </section>
  )
}
