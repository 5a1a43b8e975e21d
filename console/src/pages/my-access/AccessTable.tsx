import type { EntitlementItem, RequestItem } from '../../api/types'
import { Chip } from '../../components/Chip'
import { ProductLink } from '../../components/ProductLink'
import { Table } from '../../components/Table'
import { Until, endsSoon } from '../../components/Until'
import { nameOf, rowsWords, stateSign } from '../../lib/words'
import { AskLink, Renew } from './Renew'

type Props = { items: readonly EntitlementItem[]; who: string; asked: readonly RequestItem[]; ended?: boolean }

export function AccessTable({ items, who, asked, ended }: Props) {
  return (
    <Table
      label={ended ? 'Ended access' : 'Access'}
      head={['Product', 'Purposes', 'Rows', ended ? 'Was granted until' : 'Until', 'State']}
      actions
    >
      {items.map((item) => (
        <tr key={item.id}>
          <th scope="row">
            <ProductLink reference={item.product} />
            {item.subject !== who && <span className="quiet small"> through {nameOf(item.subject)}</span>}
          </th>
          <td className="no-break">{item.purposes.join(', ')}</td>
          <td className="no-break">
            {rowsWords(item.rows)}
            {item.clear.length > 0 && <> · clear: {item.clear.join(', ')}</>}
          </td>
          <td className="no-break">
            {ended ? (item.until?.slice(0, 10) ?? 'no end') : <Until at={item.until} />}
          </td>
          <td>
            <Chip sign={stateSign(item.state)} />
          </td>
          <td>
            {ended ? (
              <AskLink item={item} text="Ask again" />
            ) : endsSoon(item.until, new Date()) ? (
              <Renew item={item} asked={asked} who={who} />
            ) : (
              item.until != null && <AskLink item={item} text="Renew" />
            )}
          </td>
        </tr>
      ))}
    </Table>
  )
}
