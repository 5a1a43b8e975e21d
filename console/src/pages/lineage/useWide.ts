import { useSyncExternalStore } from 'react'

const WIDE = window.matchMedia('(min-width: 64rem)')

/** Whether a graph has room. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      WIDE.addEventListener('change', changed)
      return () => WIDE.removeEventListener('change', changed)
    },
    () => WIDE.matches,
  )
}
