import type { NewQuery, QueryItem, QueryPage } from '../../../api/desk'
import { finder } from '../../../lib/finding'
import { nameOf } from '../../../lib/words'
import type { SavedSearch } from './search'

/** A saved query as a tab of the workbench knows it. */
export type Saved = {
  id: string
  name: string
  owner: string
  mine: boolean
  sharedWith: string | null
  text: string
  purpose: string | null
  changedAt: string
}

export function savedOf(page: QueryPage): Saved {
  return {
    id: page.id,
    name: page.name,
    owner: page.owner,
    mine: page.mine,
    sharedWith: page.shared_with ?? null,
    text: page.sql,
    purpose: page.purpose ?? null,
    changedAt: page.changed_at,
  }
}

type Edited = { text: string; saved?: Saved | undefined; purpose?: string | undefined }

/** Whether a tab says something else than the query that is kept: another text, or a purpose that was chosen since. */
export function hasChanges({ text, saved, purpose }: Edited): boolean {
  if (saved === undefined) return false
  return text !== saved.text || (purpose !== undefined && purpose !== (saved.purpose ?? ''))
}

export type QueryForm = { name: string; shared: string }

/** What is sent; an empty choice is left out, which is how nobody and no purpose are said. */
export function bodyOf({ name, shared }: QueryForm, text: string, purpose: string): NewQuery {
  return {
    name: name.trim(),
    sql: text,
    ...(purpose === '' ? {} : { purpose }),
    ...(shared === '' ? {} : { shared_with: shared }),
  }
}

/** Who may read a query besides its owner: `nobody`, `everybody`, `group fraud-analysts`. */
export function shareWords(shared: string | null | undefined): string {
  return shared == null || shared === '' ? 'nobody' : nameOf(shared)
}

/** With whom a query may be shared. One that is shared with a group its owner has left keeps that until they choose another. */
export function shareChoices(groups: readonly string[], present: string): string[] {
  const own = groups.map((group) => `group:${group}`)
  const left = present.startsWith('group:') && !own.includes(present) ? [present] : []
  return ['', ...own, ...left, 'everybody']
}

/** What is to be known before a text is shown to others. */
export function shareNote(shared: string): string {
  if (shared === '') return 'Only you see it.'
  const them = shared === 'everybody' ? 'Everybody who may sign in' : `Everybody in the ${nameOf(shared)}`
  return `${them} sees the text itself, with the values that are written in it.`
}

/** The queries of a list that a person looks for: all words in name, owner or purpose. */
export function lookedFor(items: readonly QueryItem[], { find, whose }: SavedSearch): QueryItem[] {
  const found = finder(find ?? '')
  const fits = (item: QueryItem) => whose === undefined || (whose === 'mine') === item.mine
  return items.filter((item) => fits(item) && found([item.name, nameOf(item.owner), item.purpose ?? ''].join(' ')))
}

/** Whether one instant is a later change than another; the API's are finer than a date is. */
export function isNewer(instant: string, than: string): boolean {
  return instant !== than && Date.parse(instant) >= Date.parse(than)
}
