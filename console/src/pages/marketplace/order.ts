import type { FoundItem } from '../../api/types'
import { counted } from '../../lib/words'
import { SORTS, type Sort } from './search'

export const SORT_NAMES: Record<Sort, string> = {
  name: 'Name',
  newest: 'Newest publication',
  freshness: 'Late first',
  access: 'My access first',
  readers: 'Most readers',
}

/** An order is made of all products that were found, so this many are read for it. */
export const MOST_SORTED = 500

const FRESHNESS = ['late', 'due', 'ok']
const ACCESS = ['yes', 'requested', 'no']

function rank(order: readonly string[], value: string | null | undefined): number {
  const at = order.indexOf(value ?? '')
  return at < 0 ? order.length : at
}

/** Products in another order than the server's; equal ones by name. */
export function sorted(items: readonly FoundItem[], sort: Sort): FoundItem[] {
  const name = (item: FoundItem) => item.title ?? item.reference
  const by: Record<Sort, (a: FoundItem, b: FoundItem) => number> = {
    name: () => 0,
    newest: (a, b) => (b.published_at ?? '').localeCompare(a.published_at ?? ''),
    freshness: (a, b) => rank(FRESHNESS, a.freshness) - rank(FRESHNESS, b.freshness),
    access: (a, b) => rank(ACCESS, a.access) - rank(ACCESS, b.access),
    readers: (a, b) => b.readers - a.readers,
  }
  return [...items].sort((a, b) => by[sort](a, b) || name(a).localeCompare(name(b)))
}

/** Orders that what was found allows: the newest cannot be told without instants, nor the most read where nobody reads. */
export function sortsFor(items: readonly FoundItem[]): Sort[] {
  const dated = items.some(({ published_at: at }) => at != null)
  const read = items.some(({ readers }) => readers > 0)
  return SORTS.filter((sort) => (sort !== 'newest' || dated) && (sort !== 'readers' || read))
}

/** `14 people and services read it in the last 90 days`. */
export function readersWords(readers: number): string {
  return `${counted(readers, 'person or service', 'people and services')} read it in the last 90 days`
}
