import { textsIn } from '../../lib/search'

export const ADMIN_TABS = ['people', 'groups', 'tokens', 'about'] as const
export type AdminTab = (typeof ADMIN_TABS)[number]

export type AdminSearch = {
  cursor?: string | undefined
  /** Whether the form for a token is open. */
  make?: true | undefined
}

export function parseAdmin(raw: Record<string, unknown>): AdminSearch {
  const search: AdminSearch = textsIn(raw, ['cursor'])
  if (raw['make'] === true) search.make = true
  return search
}
