import type { Point } from './layout'

/** How the drawing lies in its window: moved by x and y after it was scaled. */
export type View = Point & { scale: number }
export type Extent = { width: number; height: number }

const SMALLEST = 0.1
const LARGEST = 2

/** All of it, in the middle, never larger than life. */
export function fitted(drawing: Extent, frame: Extent): View {
  if (drawing.width <= 0 || drawing.height <= 0 || frame.width <= 0 || frame.height <= 0) return { x: 0, y: 0, scale: 1 }
  const scale = Math.max(SMALLEST, Math.min(1, frame.width / drawing.width, frame.height / drawing.height))
  return { scale, x: (frame.width - drawing.width * scale) / 2, y: (frame.height - drawing.height * scale) / 2 }
}

/** Scaled by a factor; the point of the window stays over the same point of the drawing. */
export function zoomed(view: View, factor: number, at: Point): View {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, view.scale * factor))
  const grown = scale / view.scale
  return { scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown }
}

/** Moved so that a box lies within the window; not at all if it does. */
export function revealing(view: View, box: Point & Extent, frame: Extent, margin = 16): View {
  const move = (start: number, length: number, from: number, room: number) => {
    const before = from + start * view.scale
    const after = before + length * view.scale
    if (before < margin) return margin - before
    return after > room - margin ? Math.max(room - margin - after, margin - before) : 0
  }
  return {
    scale: view.scale,
    x: view.x + move(box.x, box.width, view.x, frame.width),
    y: view.y + move(box.y, box.height, view.y, frame.height),
  }
}

/** Below this the names cannot be read. */
const READABLE = 0.8

/** The first look: all of it if that can be read, or else what was asked about, with no room wasted beside the drawing. */
export function opening(drawing: Extent, frame: Extent, asked: (Point & Extent) | undefined): View {
  const all = fitted(drawing, frame)
  if (all.scale >= READABLE || asked === undefined) return all
  const along = (length: number, room: number, middle: number) => {
    const spare = room - length * READABLE
    return spare >= 0 ? spare / 2 : Math.min(0, Math.max(spare, room / 2 - middle * READABLE))
  }
  return {
    scale: READABLE,
    x: along(drawing.width, frame.width, asked.x + asked.width / 2),
    y: along(drawing.height, frame.height, asked.y + asked.height / 2),
  }
}

/** The view of a new drawing in which a box that was in the one before keeps its place in the window. */
export function anchored(view: View, before: Point, after: Point): View {
  return { ...view, x: view.x + (before.x - after.x) * view.scale, y: view.y + (before.y - after.y) * view.scale }
}
