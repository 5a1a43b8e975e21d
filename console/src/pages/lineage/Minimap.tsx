import { useMemo, useRef, type PointerEvent } from 'react'
import type { Drawing } from './drawing'
import type { Point } from './layout'
import { mapSize, seenOf, within } from './minimap'
import type { Extent, View } from './view'

type Props = { drawing: Drawing; view: View; frame: Extent; lookAt: (point: Point) => void }

/**
 * All of the drawing in a corner, with a frame around what the window shows: a click or a drag moves the window. It is for the
 * pointer and not told to others: the arrow keys reach every box and the window follows them, so that it adds nothing there.
 */
export function Minimap({ drawing, view, frame, lookAt }: Props) {
  // Where in the frame it was taken hold of, from its middle; outside of it the middle comes to the pointer.
  const hold = useRef<Point | null>(null)
  const seen = within(seenOf(view, frame), drawing)
  const boxes = useMemo(
    () =>
      [...drawing.boxes.values()].map(({ box, x, y, width, height }) => (
        <rect key={box.id} className="lineage-map-box" data-side={box.side} x={x} y={y} width={width} height={height} />
      )),
    [drawing],
  )
  const take = (event: PointerEvent<SVGSVGElement>) => {
    if (event.button !== 0) return
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    const at = pointOf(event)
    const from = { x: at.x - (seen.x + seen.width / 2), y: at.y - (seen.y + seen.height / 2) }
    const isInside = Math.abs(from.x) <= seen.width / 2 && Math.abs(from.y) <= seen.height / 2
    hold.current = isInside ? from : { x: 0, y: 0 }
    if (!isInside) lookAt(at)
  }
  const drag = (event: PointerEvent<SVGSVGElement>) => {
    if (hold.current === null) return
    const at = pointOf(event)
    lookAt({ x: at.x - hold.current.x, y: at.y - hold.current.y })
  }
  const leave = () => {
    hold.current = null
  }
  return (
    <svg
      className="lineage-map"
      aria-hidden="true"
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      {...mapSize(drawing, frame)}
      onPointerDown={take}
      onPointerMove={drag}
      onPointerUp={leave}
      onPointerCancel={leave}
    >
      {boxes}
      <rect className="lineage-map-seen" {...seen} />
    </svg>
  )
}

/** Where on the drawing the pointer is. */
function pointOf(event: PointerEvent<SVGSVGElement>): Point {
  const toScreen = event.currentTarget.getScreenCTM()
  if (toScreen === null) return { x: 0, y: 0 }
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(toScreen.inverse())
}
