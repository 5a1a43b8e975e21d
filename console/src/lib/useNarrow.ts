import { useSyncExternalStore } from 'react'

/** The width from which the style sheet has one column. */
const NARROW = '(max-width: 60rem)'

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(NARROW)
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => window.matchMedia(NARROW).matches,
  )
}
