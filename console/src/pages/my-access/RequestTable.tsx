import type { EntitlementItem, RequestItem } from '../../api/types'
import { Chip } from '../../components/Chip'
import { ProductLink } from '../../components/ProductLink'
import { RequestLink } from '../../components/RequestLink'
import { Table } from '../../components/Table'
import { TalkChip } from '../../components/TalkChip'
import { Time } from '../../components/Time'
import { nameOf, requestSign } from '../../lib/words'

type Props = {
  items: readonly RequestItem[]
  held: readonly EntitlementItem[]
  /** Requests whose access still holds and is the person's own to end. */
  holds: (request: RequestItem) => boolean
  takeBack: (request: RequestItem) => void
}

export function RequestTable({ items, held, holds, takeBack }: Props) {
  return (
    <Table label="Requests" head={['Product and request', 'Purpose', 'Reason', 'Asked', 'State']} actions>
      {items.map((item) => (
        <tr key={item.id}>
          <th scope="row">
            <ProductLink reference={item.product} />
            <span className="small block">
              <RequestLink id={item.id} />
            </span>
          </th>
          <td className="no-break">{item.purpose}</td>
          <td className="prose">{item.reason}</td>
          <td className="no-break">
            <Time at={item.at} />
          </td>
          <td>
            <Chip sign={requestSign(item, held)} /> <TalkChip request={item} />
            <Decision request={item} />
          </td>
          <td>
            {item.state === 'pending' && (
              <button type="button" className="button" onClick={() => takeBack(item)} aria-label={`Withdraw ${item.id}`}>
                Withdraw
              </button>
            )}
            {item.state === 'approved' && holds(item) && (
              <button type="button" className="button" onClick={() => takeBack(item)} aria-label={`End access of ${item.id}`}>
                End access
              </button>
            )}
          </td>
        </tr>
      ))}
    </Table>
  )
}

function Decision({ request }: { request: RequestItem }) {
  if (!request.decided_by || !request.decided_at) return null
  return (
    <span className="quiet small block">
      {request.decided_by === 'automatic' ? 'by a rule' : `by ${nameOf(request.decided_by)}`}{' '}
      <Time at={request.decided_at} />
      {request.note && <>: “{request.note}”</>}
    </span>
  )
}
