import { Link } from '@tanstack/react-router'
import type { PortPage } from '../../../api/types'
import { Label } from '../../../components/Chip'
import { Table } from '../../../components/Table'
import { treatmentWords } from '../../../lib/words'
import { PurposeChoice } from '../PurposeChoice'
import type { TabProps } from './props'

export function SchemaTab({ page, search }: TabProps) {
  const shown = search.purpose ?? page.purpose_shown
  const entitled = page.port_details.some((port) => port.columns.some((column) => column.treatment))
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
      {page.port_details.map((port) => (
        <section key={port.name}>
          <h2>{port.name}</h2>
          {port.description && <p>{port.description}</p>}
          <PortTable port={port} product={page.reference} />
        </section>
      ))}
    </>
  )
}

function PortTable({ port, product }: { port: PortPage; product: string }) {
  return (
    <Table label={`Columns of ${port.name}`} head={['Column', 'Type', 'Classes', 'What it means', 'What you see', 'Lineage']}>
      {port.columns.map((column) => (
        <tr key={column.name}>
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
            <Link
              to="/lineage"
              search={{ focus: `${product}.${port.name}.${column.name}` }}
              aria-label={`Lineage of this column, ${column.name}`}
            >
              Lineage
            </Link>
          </td>
        </tr>
      ))}
    </Table>
  )
}
