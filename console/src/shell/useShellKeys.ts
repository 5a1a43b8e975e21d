import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useRef } from 'react'
import { whoAmI } from '../api/queries'
import { usePageKeys } from './keys'
import { pageOfKey } from './pages'

/** How long the second key may take after `g`. */
const PAIR_MS = 1500

/** `/` to the search, `?` to the list of keys, `g` and a letter to a page. */
export function useShellKeys({ search, help }: { search: () => void; help: () => void }): void {
  const navigate = useNavigate()
  const { data: me } = useQuery(whoAmI())
  const pairedSince = useRef<number | null>(null)

  const handle = useCallback(
    (event: KeyboardEvent) => {
      const paired = pairedSince.current !== null && event.timeStamp - pairedSince.current < PAIR_MS
      pairedSince.current = null
      if (paired) {
        const page = pageOfKey(event.key, me)
        if (page === undefined) return
        void navigate({ to: page.to })
        // The page's own keys (`d` denies in the inbox) must not see the second key of a pair.
        event.preventDefault()
        event.stopPropagation()
      } else if (event.key === 'g') {
        pairedSince.current = event.timeStamp
      } else if (event.key === '/') {
        event.preventDefault()
        search()
      } else if (event.key === '?') {
        event.preventDefault()
        help()
      }
    },
    [navigate, search, help, me],
  )
  usePageKeys(handle, 'shell')
}
