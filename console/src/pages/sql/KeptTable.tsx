import { useNavigate } from '@tanstack/react-router'
import { Table } from '../../components/Table'
import { Time } from '../../components/Time'
import { openTab } from './store'
import type { Kept } from './tab'

export function KeptTable({ items }: { items: readonly Kept[] }) {
  const navigate = useNavigate()
  const open = (entry: Kept) => {
    openTab({ text: entry.sql })
    void navigate({ to: '/sql', search: entry.purpose === undefined ? {} : { purpose: entry.purpose } })
  }
  return (
    <Table label="Statements of this tab" head={['When', 'Statement', 'Purpose', 'Outcome']} actions>
      {items.map((entry) => (
        <tr key={entry.id}>
          <td className="no-break">
            <Time at={entry.at} />
          </td>
          <td>
            <code className="sql-said">{entry.sql}</code>
          </td>
          <td>{entry.purpose ?? <span className="quiet">none</span>}</td>
          <td>{entry.outcome}</td>
          <td>
            <button type="button" className="button" onClick={() => open(entry)}>
              Open
            </button>
          </td>
        </tr>
      ))}
    </Table>
  )
}
