import { Link } from '@tanstack/react-router'
import type { QueryItem } from '../../../api/desk'
import { CopyButton } from '../../../components/CopyButton'
import { Table } from '../../../components/Table'
import { Time } from '../../../components/Time'
import { capital, nameOf } from '../../../lib/words'
import { linkTo } from './link'
import { shareWords } from './saved'

type Props = { items: readonly QueryItem[]; ask: (item: QueryItem, what: 'edit' | 'delete') => void }

/** Saved queries, a line each. What only the owner may do is offered to the owner alone. */
export function SavedTable({ items, ask }: Props) {
  return (
    <Table label="Saved queries" head={['Name', 'Owner', 'Shared with', 'Purpose', 'Changed', 'Actions']}>
      {items.map((item) => (
        <tr key={item.id}>
          <th scope="row" className="saved-name">
            <Link to="/sql/q/$id" params={{ id: item.id }}>
              <bdi>{item.name}</bdi>
            </Link>
          </th>
          <td>{item.mine ? 'You' : nameOf(item.owner)}</td>
          <td>{capital(shareWords(item.shared_with))}</td>
          <td>{item.purpose ?? <span className="quiet">none</span>}</td>
          <td className="no-break">
            <Time at={item.changed_at} />
          </td>
          <td>
            <div className="row saved-actions">
              <CopyButton text={linkTo(item.id)} what={`link to ${item.name}`} label="Copy link" />
              {item.mine && (
                <>
                  <button type="button" className="button" aria-label={`Edit ${item.name}`} onClick={() => ask(item, 'edit')}>
                    Edit
                  </button>
                  <button type="button" className="button" aria-label={`Delete ${item.name}`} onClick={() => ask(item, 'delete')}>
                    Delete
                  </button>
                </>
              )}
            </div>
          </td>
        </tr>
      ))}
    </Table>
  )
}
