import type { RequestItem } from '../../api/types'
import { nameOf } from '../../lib/words'
import { FILTERS, choices, type Filter, type InboxSearch } from './search'

const TITLES: Record<Filter, string> = { product: 'Product', purpose: 'Purpose', by: 'Asked by' }

type Props = { items: readonly RequestItem[]; search: InboxSearch; set: (search: InboxSearch) => void }

export function Filters({ items, search, set }: Props) {
  const some = FILTERS.some((name) => search[name] !== undefined)
  return (
    <div className="row inbox-filters" role="group" aria-label="Filter">
      {FILTERS.filter((name) => choices(items, name, search[name]).length > 1 || search[name] !== undefined).map((name) => (
        <label key={name} className="inline-field">
          {TITLES[name]}
          <select value={search[name] ?? ''} onChange={({ target }) => set({ ...search, id: undefined, [name]: target.value || undefined })}>
            <option value="">all</option>
            {choices(items, name, search[name]).map((value) => (
              <option key={value} value={value}>
                {name === 'by' ? nameOf(value) : value}
              </option>
            ))}
          </select>
        </label>
      ))}
      {some && (
        <button type="button" className="button" onClick={() => set({})}>
          Show all
        </button>
      )}
    </div>
  )
}
