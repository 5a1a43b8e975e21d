import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { searches } from '../../api/desk'
import { products, whoAmI } from '../../api/queries'
import { endSession } from '../../api/session'
import { mayBeAskedFor } from '../../lib/mine'
import { nameParts, requestForm } from '../../lib/reference'
import { PAUSE_MS, useLater } from '../../lib/useLater'
import { searchOf } from '../../pages/marketplace/kept'
import { pagesFor } from '../pages'
import { THEMES, THEME_NAMES, chooseTheme } from '../theme'
import { matching, type Entry } from './entries'

const MOST_PRODUCTS = 7
const FEWEST_LETTERS = 2

/** What the palette offers for what is typed: pages and actions at once, products as the server finds them. */
export function useEntries(typed: string, showKeys: () => void): { entries: Entry[]; searching: boolean } {
  const navigate = useNavigate()
  const { data: me } = useQuery(whoAmI())
  const kept = useQuery(searches()).data?.items ?? []
  const q = useLater(typed.trim(), PAUSE_MS)
  const wanted = q.length >= FEWEST_LETTERS
  const found = useQuery({ ...products({ q, limit: MOST_PRODUCTS }), enabled: wanted })
  const items = wanted && found.data !== undefined ? found.data.items : []

  const open = (reference: string) =>
    void navigate({ to: '/p/$domain/$product/$tab', params: { ...nameParts(reference), tab: 'overview' } })
  const all: Entry[] = [
    ...pagesFor(me).map(({ label, to, key }) => ({
      id: `page ${to}`,
      group: 'Pages' as const,
      text: label,
      ...(key === undefined ? {} : { hint: `g ${key}` }),
      run: () => void navigate({ to }),
    })),
    ...kept.map(({ id, name, q: words }) => ({
      id: `search ${id}`,
      group: 'Saved searches' as const,
      text: name,
      hint: words,
      run: () => void navigate({ to: '/marketplace', search: searchOf(words) }),
    })),
    ...items.map((item) => ({
      id: `product ${item.reference}`,
      group: 'Products' as const,
      text: item.title ?? item.reference,
      hint: item.reference,
      run: () => open(item.reference),
    })),
    ...THEMES.map((theme) => ({
      id: `theme ${theme}`,
      group: 'Actions' as const,
      text: `Switch theme to ${THEME_NAMES[theme]}`,
      run: () => chooseTheme(theme),
    })),
    { id: 'keys', group: 'Actions', text: 'Show the keys', hint: '?', run: showKeys },
    { id: 'sign-out', group: 'Actions', text: 'Sign out', run: () => endSession('by-person') },
  ]
  // Found by the server, so not looked at for the words again.
  const asks: Entry[] = items.filter(mayBeAskedFor).map((item) => ({
    id: `request ${item.reference}`,
    group: 'Actions' as const,
    text: `Request access to ${item.title ?? item.reference}`,
    run: () => void navigate(requestForm(item.reference)),
  }))
  return { entries: [...matching(all, typed), ...asks], searching: wanted && (found.isFetching || q !== typed.trim()) }
}
