import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { Drawing } from './drawing'
import type { Point } from './layout'
import { clearOfMap, lookingAt, showsAll } from './minimap'
import { useExtent } from './useExtent'
import { anchored, fitted, opening, revealing, zoomed, type Extent, type View } from './view'

const STEP = 1.25

/** Where the drawing lies in its window, and the ways to move it. */
export function useWindowView(frame: RefObject<HTMLElement | null>, drawing: Drawing, askedId: string, anchorId: string) {
  const [view, setView] = useState<View | null>(null)
  const size = useExtent(frame)
  const before = useRef<{ drawing: Drawing; askedId: string } | null>(null)
  const extent = useCallback(
    (): Extent => ({ width: frame.current?.clientWidth ?? 0, height: frame.current?.clientHeight ?? 0 }),
    [frame],
  )

  useLayoutEffect(() => {
    const old = before.current
    before.current = { drawing, askedId }
    setView((was) => {
      const [from, to] = [old?.drawing.boxes.get(anchorId), drawing.boxes.get(anchorId)]
      if (was === null || old?.askedId !== askedId || from === undefined || to === undefined) {
        const asked = drawing.boxes.get(askedId)
        const open = opening(drawing, extent(), asked)
        return asked === undefined ? open : clearOfMap(open, asked, drawing, extent())
      }
      return anchored(was, from, to)
    })
    // The anchor is left out: that another box was chosen moves nothing.
  }, [drawing, askedId, extent])

  const zoom = useCallback(
    (factor: number, at?: { x: number; y: number }) => {
      const { width, height } = extent()
      setView((was) => was && zoomed(was, factor, at ?? { x: width / 2, y: height / 2 }))
    },
    [extent],
  )

  useEffect(() => {
    const element = frame.current
    if (element === null) return undefined
    const wheel = (event: WheelEvent) => {
      // Without Ctrl the wheel scrolls the page, as everywhere.
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      const { left, top } = element.getBoundingClientRect()
      zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - left, y: event.clientY - top })
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [frame, zoom])

  return {
    view,
    zoomIn: () => zoom(STEP),
    zoomOut: () => zoom(1 / STEP),
    fit: () => setView(fitted(drawing, extent())),
    move: (x: number, y: number) => setView((was) => was && { ...was, x: was.x + x, y: was.y + y }),
    reveal: (id: string) => {
      const box = drawing.boxes.get(id)
      if (box !== undefined) setView((was) => was && clearOfMap(revealing(was, box, extent()), box, drawing, extent()))
    },
    /** The window's size, where the drawing does not fit it and a map helps. */
    mapped: view !== null && size.width > 0 && !showsAll(view, drawing, size) ? size : null,
    lookAt: (point: Point) => setView((was) => was && lookingAt(was, point, drawing, extent())),
  }
}
