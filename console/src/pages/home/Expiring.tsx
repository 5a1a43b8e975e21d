import type { EntitlementItem, RequestItem } from '../../api/types'
import { ProductLink } from '../../components/ProductLink'
import { Until } from '../../components/Until'
import { nameOf } from '../../lib/words'
import { Renew } from '../my-access/Renew'

type Props = { items: readonly EntitlementItem[]; asked: readonly RequestItem[]; who: string }

export function Expiring({ items, asked, who }: Props) {
  return (
    <section aria-labelledby="expiring" className="expiring">
      <h2 id="expiring">Ends soon</h2>
      <ul className="plain-list lines">
        {items.map((item) => (
          <li key={item.id} className="row row-between">
            <span>
              <ProductLink reference={item.product} /> {item.subject !== who && <>through {nameOf(item.subject)} </>}
              <span className="quiet small block">
                {item.purposes.join(', ')}, until <Until at={item.until} />
              </span>
            </span>
            <span>
              <Renew item={item} asked={asked} who={who} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
