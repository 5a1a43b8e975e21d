import type { Point } from './layout'
import type { Extent, View } from './view'

type Area = Point & Extent

/** The part of the drawing that lies in the window. */
export function seenOf(view: View, frame: Extent): Area {
  return { x: -view.x / view.scale, y: -view.y / view.scale, width: frame.width / view.scale, height: frame.height / view.scale }
}

/** What of an area lies on the drawing. */
export function within({ x, y, width, height }: Area, drawing: Extent): Area {
  const [left, top] = [Math.min(drawing.width, Math.max(0, x)), Math.min(drawing.height, Math.max(0, y))]
  return {
    x: left,
    y: top,
    width: Math.max(0, Math.min(drawing.width, x + width) - left),
    height: Math.max(0, Math.min(drawing.height, y + height) - top),
  }
}

/** Less than a pixel outside is not seen to be outside. */
const TOLERANCE = 1

/** Whether the window shows all of the drawing. */
export function showsAll(view: View, drawing: Extent, frame: Extent): boolean {
  const { width, height } = within(seenOf(view, frame), drawing)
  return width >= drawing.width - TOLERANCE && height >= drawing.height - TOLERANCE
}

/** Moved so that a point of the drawing is in the middle, as far as the drawing has something to show around it. */
export function lookingAt(view: View, { x, y }: Point, drawing: Extent, frame: Extent): View {
  const along = (at: number, length: number, room: number) => {
    const spare = room - length * view.scale
    return spare >= 0 ? spare / 2 : Math.min(0, Math.max(spare, room / 2 - at * view.scale))
  }
  return { scale: view.scale, x: along(x, drawing.width, frame.width), y: along(y, drawing.height, frame.height) }
}

const MOST = { width: 168, height: 112 }
const SHARE = 0.3
/** Between the map and the edges of the window, with what frames it and the ring around the box that has the focus. */
const MARGIN = 20

/** The size of the map: the drawing's shape, as large as its corner allows. */
export function mapSize(drawing: Extent, frame: Extent): Extent {
  const room = { width: Math.min(MOST.width, SHARE * frame.width), height: Math.min(MOST.height, SHARE * frame.height) }
  const scale = Math.min(room.width / drawing.width, room.height / drawing.height)
  return { width: Math.round(drawing.width * scale), height: Math.round(drawing.height * scale) }
}

/** Moved up or to the left, whichever is less, so that a box is not beneath the map in the corner. */
export function clearOfMap(view: View, box: Area, drawing: Extent, frame: Extent): View {
  if (showsAll(view, drawing, frame)) return view
  const map = mapSize(drawing, frame)
  const cover = { x: frame.width - map.width - MARGIN, y: frame.height - map.height - MARGIN }
  const [left, top] = [view.x + box.x * view.scale, view.y + box.y * view.scale]
  const [right, bottom] = [left + box.width * view.scale, top + box.height * view.scale]
  if (right <= cover.x || bottom <= cover.y || left >= frame.width || top >= frame.height) return view
  const [aside, above] = [right - cover.x, bottom - cover.y]
  return aside < above ? { ...view, x: view.x - aside } : { ...view, y: view.y - above }
}
