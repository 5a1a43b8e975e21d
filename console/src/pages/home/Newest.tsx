import { useQueries } from '@tanstack/react-query'
import { productPage } from '../../api/queries'
import type { EntitlementItem } from '../../api/types'
import { Empty } from '../../components/Empty'
import { ProductLink } from '../../components/ProductLink'
import { Skeleton } from '../../components/Skeleton'
import { Time } from '../../components/Time'
import { nameParts } from '../../lib/reference'

/** Each product is a request of its own, so not more than a screen has room for. */
const MOST_PRODUCTS = 8

/** When the products a person reads were last published. */
export function Newest({ held }: { held: readonly EntitlementItem[] }) {
  const references = [...new Set(held.map((item) => item.product))].slice(0, MOST_PRODUCTS)
  const pages = useQueries({ queries: references.map((reference) => productPage(nameParts(reference))) })
  if (pages.some((page) => page.isPending)) return <Skeleton />
  const published = pages
    .flatMap(({ data }) => (data?.published_at ? [{ page: data, at: data.published_at }] : []))
    .sort((a, b) => b.at.localeCompare(a.at))
  if (published.length === 0) return <Empty title="Nothing yet. What you may read appears here when it is published." />
  return (
    <ul className="plain-list lines">
      {published.map(({ page, at }) => (
        <li key={page.reference}>
          <ProductLink reference={page.reference} text={page.title ?? page.reference} /> {page.version}
          <span className="quiet small block">
            <code>{page.reference}</code> · published <Time at={at} />
          </span>
        </li>
      ))}
    </ul>
  )
}
