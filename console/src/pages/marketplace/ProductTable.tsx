import type { FoundItem } from '../../api/types'
import { CartButton } from '../../cart/CartButton'
import { Chip } from '../../components/Chip'
import { ProductLink } from '../../components/ProductLink'
import { Table } from '../../components/Table'
import { Time } from '../../components/Time'
import { mayBeAskedFor } from '../../lib/mine'
import { accessSign, freshnessSign, statusSign } from '../../lib/words'
import { readersWords } from './order'
import { productMark } from './useProductKeys'

/** What was found, a line each. When it was published is told where that is the order; classes, where there are any. */
export function ProductTable({ items, dated }: { items: readonly FoundItem[]; dated: boolean }) {
  const classed = items.some(({ classes }) => classes.length > 0)
  const head = ['Product', 'Owner', 'Access', 'State', ...(dated ? ['Published'] : []), ...(classed ? ['Classes'] : []), 'Readers']
  return (
    <Table label="Products" head={head} actions>
      {items.map((item) => {
        const asks = mayBeAskedFor(item)
        const freshness = freshnessSign(item.freshness)
        return (
          <tr key={item.reference} {...productMark(item.reference, asks)}>
            <th scope="row">
              <ProductLink reference={item.reference} text={item.title ?? item.reference} />
              <span className="quiet small block">
                <code>{item.reference}</code> {item.version}
              </span>
            </th>
            <td>{item.owner}</td>
            <td>
              <Chip sign={accessSign(item.access)} />
            </td>
            <td>
              <span className="chips">
                {item.status === 'draft' && <Chip sign={statusSign(item.status)} />}
                {freshness && <Chip sign={freshness} />}
              </span>
              <span className="quiet small block">Tier {item.tier}</span>
            </td>
            {dated && <td className="no-break">{item.published_at != null && <Time at={item.published_at} />}</td>}
            {classed && <td className="small">{item.classes.join(', ')}</td>}
            <td className="readers-count" title={readersWords(item.readers)}>{item.readers.toLocaleString('en')}</td>
            <td className="no-break">{asks && <CartButton reference={item.reference} />}</td>
          </tr>
        )
      })}
    </Table>
  )
}
