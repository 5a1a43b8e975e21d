import type { RequestItem } from '../../api/types'
import { textsIn } from '../../lib/search'

/** Which requests are listed, and which one is open. */
export type InboxSearch = {
  id?: string | undefined
  product?: string | undefined
  purpose?: string | undefined
  by?: string | undefined
}

export const FILTERS = ['product', 'purpose', 'by'] as const
export type Filter = (typeof FILTERS)[number]

export function parseInbox(raw: Record<string, unknown>): InboxSearch {
  return textsIn(raw, ['id', ...FILTERS])
}

export function filtered(items: readonly RequestItem[], search: InboxSearch): RequestItem[] {
  return items.filter((item) => FILTERS.every((name) => search[name] === undefined || item[name] === search[name]))
}

/** The values one can choose from, those of the address among them. */
export function choices(items: readonly RequestItem[], filter: Filter, chosen: string | undefined): string[] {
  const values = new Set(items.map((item) => item[filter]))
  if (chosen !== undefined) values.add(chosen)
  return [...values].sort()
}
