import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { products } from '../../api/queries'
import type { Found } from '../../api/types'
import { Loaded } from '../../components/Loaded'
import { NewActions } from '../../components/NewActions'
import { Page } from '../../components/Page'
import { Facets } from './Facets'
import { NothingFound } from './NothingFound'
import { ProductCard } from './ProductCard'
import { queryOf, type MarketplaceSearch } from './search'

const PAGE_SIZE = 20

export function MarketplacePage() {
  const search = useSearch({ from: '/marketplace' })
  const query = useQuery(
    products({ q: queryOf(search), domain: search.domain, cursor: search.cursor, limit: PAGE_SIZE }),
  )
  return (
    <Page title="Marketplace" lead={<Lead />}>
      <Loaded query={query} lines={8}>
        {(found) => (
          <div className="marketplace" aria-busy={query.isPlaceholderData}>
            {(found.total > 0 || hasFacet(search)) && <Facets found={found} search={search} />}
            <section aria-label="Products found" className="results">
              <p role="status">{countWords(found, search)}</p>
              {found.items.length === 0 ? (
                <NothingFound search={search} suggestion={found.suggestion} />
              ) : (
                found.items.map((item) => <ProductCard key={item.reference} item={item} />)
              )}
              <Pages found={found} search={search} />
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

function hasFacet({ q: _, cursor: __, ...facets }: MarketplaceSearch): boolean {
  return Object.keys(facets).length > 0
}

function countWords(found: Found, search: MarketplaceSearch): string {
  const count = found.total === 1 ? '1 product' : `${found.total.toLocaleString('en')} products`
  return search.q === undefined ? count : `${count} for “${search.q}”`
}

/** A cursor leads onward only; back is the browser's own, and the first page is a link. */
function Pages({ found, search }: { found: Found; search: MarketplaceSearch }) {
  if (!found.next && search.cursor === undefined) return null
  return (
    <nav aria-label="Pages of results" className="row">
      {search.cursor !== undefined && (
        <Link to="/marketplace" search={{ ...search, cursor: undefined }} className="button">
          First page
        </Link>
      )}
      {found.next && (
        <Link to="/marketplace" search={{ ...search, cursor: found.next }} className="button">
          Next page
        </Link>
      )}
    </nav>
  )
}
