import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { searches, useDropSearch, type SearchItem } from '../../api/desk'
import { Confirm } from '../../components/Confirm'
import { ProblemNotice } from '../../components/ProblemNotice'
import '../../styles/searches.css'
import { SaveSearch } from './SaveSearch'
import { keptWords, sameSearch, searchOf } from './kept'
import type { MarketplaceSearch } from './search'

/** As many as have room; the rest unfolds. */
const SHOWN = 8

/** Searches that the person keeps, and the way to keep the present one. */
export function SavedSearches({ search }: { search: MarketplaceSearch }) {
  const query = useQuery(searches())
  const [removing, setRemoving] = useState<SearchItem | null>(null)
  const place = useRef<HTMLDivElement>(null)
  const words = keptWords(search)
  const items = query.data?.items ?? []
  const present = items.find(({ q }) => sameSearch(q, words))
  if (query.isError && query.data === undefined) return <ProblemNotice error={query.error} retry={() => void query.refetch()} />
  if (query.data === undefined || (items.length === 0 && words === '')) return null
  const chips = (some: readonly SearchItem[]) => (
    <ul className="saved-searches">
      {some.map((item) => (
        <li key={item.id}>
          <Link
            to="/marketplace"
            search={{ ...searchOf(item.q), view: search.view }}
            className="choice"
            title={item.q}
            aria-current={item.id === present?.id ? 'true' : undefined}
            activeOptions={{ exact: true, explicitUndefined: true }}
          >
            <bdi>{item.name}</bdi>
          </Link>
          <button type="button" className="button button-quiet" aria-label={`Remove the saved search ${item.name}`} onClick={() => setRemoving(item)}>
            <span aria-hidden="true">✕</span>
          </button>
        </li>
      ))}
    </ul>
  )
  const rest = items.slice(SHOWN)
  return (
    <div ref={place} tabIndex={-1} className="saved-searches-row">
      {items.length > 0 && (
        <nav aria-label="Saved searches">
          {chips(items.slice(0, SHOWN))}
          {rest.length > 0 && (
            <details>
              <summary>{rest.length} more saved searches</summary>
              {chips(rest)}
            </details>
          )}
        </nav>
      )}
      {words !== '' && present === undefined && <SaveSearch words={words} suggested={search.q ?? ''} />}
      {removing !== null && <Remove item={removing} close={() => setRemoving(null)} removed={() => place.current?.focus()} />}
    </div>
  )
}

function Remove({ item, close, removed }: { item: SearchItem; close: () => void; removed: () => void }) {
  const drop = useDropSearch()
  const done = () => {
    close()
    // The button that opened the dialog is gone; the focus stays near.
    setTimeout(removed)
  }
  return (
    <Confirm
      title="Remove the saved search?"
      act="Remove"
      pending={drop.isPending}
      error={drop.error}
      close={close}
      confirm={() => drop.mutate(item.id, { onSuccess: done })}
    >
      <p className="saved-search-name">
        <strong>
          <bdi>{item.name}</bdi>
        </strong>
      </p>
      <p className="saved-search-name">
        It is no longer listed here. You find the same with <code>{item.q}</code>
      </p>
    </Confirm>
  )
}
