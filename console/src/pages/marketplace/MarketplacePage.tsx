import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { products } from '../../api/queries'
import type { Found, FoundItem } from '../../api/types'
import { Loaded } from '../../components/Loaded'
import { NewActions } from '../../components/NewActions'
import { Page } from '../../components/Page'
import { Paging } from '../../components/Paging'
import { counted } from '../../lib/words'
import { Display } from './Display'
import { Facets } from './Facets'
import { NothingFound } from './NothingFound'
import { ProductCard } from './ProductCard'
import { ProductTable } from './ProductTable'
import { SavedSearches } from './SavedSearches'
import { MOST_SORTED, sorted } from './order'
import { useProductKeys } from './useProductKeys'
import { FACETS, queryOf, type MarketplaceSearch } from './search'

const PAGE_SIZE = 20

export function MarketplacePage() {
  const search = useSearch({ from: '/marketplace' })
  useProductKeys()
  const query = useQuery(
    products({
      q: queryOf(search),
      domain: search.domain,
      cursor: search.cursor,
      limit: search.sort === undefined ? PAGE_SIZE : MOST_SORTED,
    }),
  )
  return (
    <Page title="Marketplace" lead={<Lead />}>
      <Loaded query={query} lines={8}>
        {(found) => (
          <div className="marketplace" aria-busy={query.isPlaceholderData}>
            {(found.total > 0 || hasFacet(search)) && <Facets found={found} search={search} />}
            <section aria-label="Products found" className="results">
              <SavedSearches search={search} />
              <div className="row row-apart">
                <p role="status">{countWords(found, search)}</p>
                {found.items.length > 0 && <Display items={found.items} search={search} />}
              </div>
              {found.items.length === 0 ? (
                <NothingFound search={search} suggestion={found.suggestion} />
              ) : (
                <Products items={found.items} search={search} />
              )}
              <Paging label="Pages of results" cursor={search.cursor} next={found.next} />
            </section>
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Lead() {
  return (
    <div className="row row-apart">
      <p className="quiet">Data products that are visible to you.</p>
      <div className="row">
        <NewActions />
      </div>
    </div>
  )
}

function Products({ items, search: { sort, view } }: { items: readonly FoundItem[]; search: MarketplaceSearch }) {
  const shown = sort === undefined ? items : sorted(items, sort)
  if (view === 'table') return <ProductTable items={shown} dated={sort === 'newest'} />
  return shown.map((item) => <ProductCard key={item.reference} item={item} />)
}

function hasFacet(search: MarketplaceSearch): boolean {
  return FACETS.some((facet) => search[facet] !== undefined)
}

function countWords(found: Found, search: MarketplaceSearch): string {
  const count = counted(found.total, 'product')
  const words = search.q === undefined ? count : `${count} for “${search.q}”`
  return search.sort !== undefined && found.next != null ? `${words}; the first ${MOST_SORTED} are in this order` : words
}
