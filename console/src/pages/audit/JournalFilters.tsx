import { useState } from 'react'
import { isFiltered, type Filter } from './records'

/** Narrows the journal; the address keeps it once it is applied. */
export function JournalFilters({ filter, apply }: { filter: Filter; apply: (filter: Filter) => void }) {
  const [actor, setActor] = useState(filter.actor ?? '')
  const [text, setText] = useState(filter.text ?? '')
  const [from, setFrom] = useState(filter.from ?? '')
  const [to, setTo] = useState(filter.to ?? '')
  const kept = (value: string) => (value.trim() === '' ? undefined : value.trim())
  return (
    <form
      className="record-filters"
      aria-label="Filter records"
      onSubmit={(event) => {
        event.preventDefault()
        apply({ actor: kept(actor), text: kept(text), from: kept(from), to: kept(to) })
      }}
    >
      <label>
        Who
        <input value={actor} placeholder="user:ana" autoComplete="off" onChange={(event) => setActor(event.target.value)} />
      </label>
      <label className="filter-wide">
        What
        <input
          value={text}
          placeholder="a product, a decision, a hash"
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <label>
        From day (UTC)
        <input type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label>
        To day (UTC)
        <input type="date" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      <span className="row">
        <button type="submit" className="button button-main">
          Apply
        </button>
        {isFiltered(filter) && (
          <button type="button" className="button" onClick={() => apply({})}>
            Clear
          </button>
        )}
      </span>
    </form>
  )
}
