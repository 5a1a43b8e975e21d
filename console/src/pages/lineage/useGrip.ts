import { useRef, type PointerEvent } from 'react'

/** A hand that trembles still means what is under it. */
const STEADY = 4

type Grip = { x: number; y: number; moved: boolean }

/** Dragging moves; a press that moved nothing is for what lies under it. */
export function useGrip(move: (x: number, y: number) => void, press: (target: EventTarget) => void) {
  const grip = useRef<Grip | null>(null)
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0) grip.current = { x: event.clientX, y: event.clientY, moved: false }
    },
    onPointerMove: (event: PointerEvent) => {
      const from = grip.current
      if (from === null) return
      const [x, y] = [event.clientX - from.x, event.clientY - from.y]
      if (!from.moved && Math.hypot(x, y) < STEADY) return
      if (!from.moved) event.currentTarget.setPointerCapture(event.pointerId)
      grip.current = { x: event.clientX, y: event.clientY, moved: true }
      move(x, y)
    },
    onPointerUp: (event: PointerEvent) => {
      const moved = grip.current?.moved ?? true
      grip.current = null
      if (!moved) press(event.target)
    },
    onPointerCancel: () => {
      grip.current = null
    },
  }
}
