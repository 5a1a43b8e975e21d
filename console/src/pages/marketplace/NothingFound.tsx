import { Link } from '@tanstack/react-router'
import { Empty } from '../../components/Empty'
import { facetWords } from './Facets'
import { FACETS, toggled, type MarketplaceSearch } from './search'

/** No product: what may have been meant, and what may be given up. */
export function NothingFound({ search, suggestion }: { search: MarketplaceSearch; suggestion: string | null | undefined }) {
  const chosen = FACETS.flatMap((facet) => {
    const value = search[facet]
    return value === undefined ? [] : [{ facet, value }]
  })
  return (
    <Empty title={search.q === undefined ? 'No product is visible to you here.' : `Nothing matches “${search.q}”.`}>
      {suggestion && (
        <p>
          Did you mean{' '}
          <Link to="/marketplace" search={{ ...search, q: suggestion, cursor: undefined }}>
            {suggestion}
          </Link>
          ?
        </p>
      )}
      {chosen.length > 0 && (
        <ul className="plain-list">
          {chosen.map(({ facet, value }) => (
            <li key={facet}>
              <Link to="/marketplace" search={toggled(search, facet, value)}>
                Remove “{facetWords(facet, value)}”
              </Link>
            </li>
          ))}
        </ul>
      )}
      {(search.q !== undefined || chosen.length > 0) && (
        <p>
          <Link to="/marketplace" search={{}}>
            Show all products
          </Link>
        </p>
      )}
    </Empty>
  )
}
