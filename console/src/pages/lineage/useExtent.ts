import { useLayoutEffect, useState, type RefObject } from 'react'
import type { Extent } from './view'

/** The size of an element, as it is now. */
export function useExtent(of: RefObject<HTMLElement | null>): Extent {
  const [extent, setExtent] = useState<Extent>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = of.current
    if (element === null) return undefined
    const measure = () => setExtent({ width: element.clientWidth, height: element.clientHeight })
    const watch = new ResizeObserver(measure)
    watch.observe(element)
    measure()
    return () => watch.disconnect()
  }, [of])
  return extent
}
