import type { WhoAmI } from '../api/types'
import { isAdmin, isAuditor } from '../lib/roles'

/** A page of the console as the side bar, the keys and the palette know it. */
type PageEntry = {
  label: string
  to: '/' | '/marketplace' | '/lineage' | '/sql' | '/my-access' | '/inbox' | '/domains' | '/audit' | '/admin' | '/cart'
  /** Where the addresses of its parts begin, if not with its own. */
  parts?: string
  /** The key after `g`. */
  key?: string
  /** For whom it is listed; for everybody if absent. The page itself says why somebody may not use it. */
  who?: (me: WhoAmI) => boolean
  /** Not in the side bar: it has its own place in the top bar. */
  aside?: true
}

/** The one list of pages. */
export const PAGES: readonly PageEntry[] = [
  { label: 'Home', to: '/', key: 'h' },
  { label: 'Marketplace', to: '/marketplace', key: 'm' },
  { label: 'Lineage', to: '/lineage', key: 'l' },
  { label: 'SQL', to: '/sql', key: 's' },
  { label: 'My access', to: '/my-access', key: 'a' },
  { label: 'Inbox', to: '/inbox', key: 'i' },
  { label: 'Domains', to: '/domains', key: 'd', parts: '/d/' },
  { label: 'Audit', to: '/audit', who: isAuditor },
  { label: 'Admin', to: '/admin', who: (me) => isAdmin(me) || isAuditor(me) },
  { label: 'Cart', to: '/cart', key: 'c', aside: true },
]

export function pagesFor(me: WhoAmI | undefined): PageEntry[] {
  return PAGES.filter(({ who }) => who === undefined || (me !== undefined && who(me)))
}

export function pageOfKey(key: string, me: WhoAmI | undefined): PageEntry | undefined {
  return pagesFor(me).find((page) => page.key === key)
}
