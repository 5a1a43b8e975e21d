import { Link } from '@tanstack/react-router'
import type { EntitlementItem } from '../../api/types'
import { Chip } from '../../components/Chip'
import { ProductLink } from '../../components/ProductLink'
import { Table } from '../../components/Table'
import { Until } from '../../components/Until'
import { nameParts } from '../../lib/reference'
import { nameOf, rowsWords, stateSign } from '../../lib/words'

export function AccessTable({ items, who, ended }: { items: readonly EntitlementItem[]; who: string; ended?: boolean }) {
  return (
    <Table label={ended ? 'Ended access' : 'Access'} head={['Product', 'Purposes', 'Rows', 'Until', 'State', 'Renew']}>
      {items.map((item) => (
        <tr key={item.id}>
          <th scope="row">
            <ProductLink reference={item.product} />
            {item.subject !== who && <span className="quiet small"> through {nameOf(item.subject)}</span>}
          </th>
          <td>{item.purposes.join(', ')}</td>
          <td>
            {rowsWords(item.rows)}
            {item.clear.length > 0 && <> · clear: {item.clear.join(', ')}</>}
          </td>
          <td className="no-break">
            <Until at={item.until} />
          </td>
          <td>
            <Chip sign={stateSign(item.state)} />
          </td>
          <td>
            <Link
              to="/p/$domain/$product/$tab"
              params={{ ...nameParts(item.product), tab: 'access' }}
              search={{ request: true }}
              aria-label={`${ended ? 'Ask again for' : 'Renew'} ${item.product}`}
            >
              {ended ? 'Ask again' : 'Renew'}
            </Link>
          </td>
        </tr>
      ))}
    </Table>
  )
}
