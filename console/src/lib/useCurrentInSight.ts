import { useEffect, useRef, type RefObject } from 'react'

/** Scrolls a row of links in itself, so that the current one is in sight where the row is wider than the screen. */
export function useCurrentInSight<E extends HTMLElement>(current: string): RefObject<E | null> {
  const row = useRef<E>(null)
  useEffect(() => {
    const link = row.current?.querySelector('[aria-current]')
    if (!row.current || !link) return
    const [outer, inner] = [row.current.getBoundingClientRect(), link.getBoundingClientRect()]
    if (inner.left < outer.left || inner.right > outer.right) {
      row.current.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2
    }
  }, [current])
  return row
}
