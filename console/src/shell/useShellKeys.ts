import { useNavigate } from '@tanstack/react-router'
import { useCallback, useRef } from 'react'
import { usePageKeys } from './keys'

/** How long the second key may take after `g`. */
const PAIR_MS = 1500

/** `/` to the search, `?` to the list of keys, `g` and a letter to a page. */
export function useShellKeys({ search, help }: { search: () => void; help: () => void }): void {
  const navigate = useNavigate()
  const pairedSince = useRef<number | null>(null)

  const handle = useCallback(
    (event: KeyboardEvent) => {
      const paired = pairedSince.current !== null && event.timeStamp - pairedSince.current < PAIR_MS
      pairedSince.current = null
      if (paired) {
        if (event.key === 'h') void navigate({ to: '/' })
        else if (event.key === 'm') void navigate({ to: '/marketplace' })
        else if (event.key === 'l') void navigate({ to: '/lineage' })
        else if (event.key === 's') void navigate({ to: '/sql' })
        else if (event.key === 'a') void navigate({ to: '/my-access' })
        else if (event.key === 'i') void navigate({ to: '/inbox' })
        else return
        // The page's own keys (`a` approves in the inbox) must not see the second key of a pair.
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
    [navigate, search, help],
  )
  usePageKeys(handle, 'shell')
}
