import { textsIn } from '../../../lib/search'

export const WHOSE = ['mine', 'shared'] as const
export type Whose = (typeof WHOSE)[number]

/** The list of saved queries as its address has it. */
export type SavedSearch = {
  find?: string | undefined
  /** Everybody's unless one of these. */
  whose?: Whose | undefined
  cursor?: string | undefined
}

export function parseSaved(raw: Record<string, unknown>): SavedSearch {
  const search: SavedSearch = textsIn(raw, ['find', 'cursor'])
  const whose = WHOSE.find((known) => known === raw['whose'])
  if (whose !== undefined) search.whose = whose
  return search
}
