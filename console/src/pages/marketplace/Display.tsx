import { Link, useNavigate } from '@tanstack/react-router'
import type { FoundItem } from '../../api/types'
import { SORT_NAMES, sortsFor } from './order'
import { SORTS, type MarketplaceSearch } from './search'

/** A link without a view is not the current one where the address has a view. */
const EXACT = { exact: true, explicitUndefined: true }

/** In which order and how dense; both are in the address. */
export function Display({ items, search }: { items: readonly FoundItem[]; search: MarketplaceSearch }) {
  const navigate = useNavigate({ from: '/marketplace' })
  const table = search.view === 'table'
  return (
    <div className="row">
      <label className="inline-field">
        Sort
        <select
          value={search.sort ?? ''}
          onChange={({ target }) =>
            void navigate({
              search: { ...search, cursor: undefined, sort: SORTS.find((sort) => sort === target.value) },
              replace: true,
            })
          }
        >
          <option value="">{search.q === undefined ? 'As listed' : 'Best match'}</option>
          {sortsFor(items).map((sort) => (
            <option key={sort} value={sort}>
              {SORT_NAMES[sort]}
            </option>
          ))}
        </select>
      </label>
      <nav aria-label="View" className="row">
        <Link to="/marketplace" search={{ ...search, view: undefined }} replace className="choice" aria-current={table ? undefined : 'true'} activeOptions={EXACT}>
          Cards
        </Link>
        <Link to="/marketplace" search={{ ...search, view: 'table' }} replace className="choice" aria-current={table ? 'true' : undefined} activeOptions={EXACT}>
          Table
        </Link>
      </nav>
    </div>
  )
}
