import { describe, expect, it } from 'vitest'
import { clearOfMap, lookingAt, mapSize, seenOf, showsAll, within } from './minimap'

const frame = { width: 800, height: 600 }
const drawing = { width: 2000, height: 1000 }

describe('the map of the drawing', () => {
  it('marks what the window shows, no further than the drawing goes', () => {
    const view = { x: 100, y: -200, scale: 0.5 }
    expect(seenOf(view, frame)).toEqual({ x: -200, y: 400, width: 1600, height: 1200 })
    expect(within(seenOf(view, frame), drawing)).toEqual({ x: 0, y: 400, width: 1400, height: 600 })
    expect(within({ x: 3000, y: 0, width: 10, height: 10 }, drawing)).toEqual({ x: 2000, y: 0, width: 0, height: 10 })
  })

  it('is needed where the window does not show all', () => {
    expect(showsAll({ x: 0, y: 0, scale: 0.4 }, drawing, frame)).toBe(true)
    expect(showsAll({ x: -2, y: 0, scale: 0.4 }, drawing, frame)).toBe(false)
    expect(showsAll({ x: 0, y: 0, scale: 0.5 }, drawing, frame)).toBe(false)
  })

  it('moves the window to a point, and not beyond the drawing', () => {
    const view = { x: 0, y: 0, scale: 1 }
    expect(lookingAt(view, { x: 1000, y: 500 }, drawing, frame)).toEqual({ x: -600, y: -200, scale: 1 })
    expect(lookingAt(view, { x: 1999, y: 0 }, drawing, frame)).toEqual({ x: -1200, y: 0, scale: 1 })
    expect(lookingAt(view, { x: 10, y: 10 }, { width: 2000, height: 200 }, frame)).toEqual({ x: 0, y: 200, scale: 1 })
  })

  it('has the shape of the drawing', () => {
    expect(mapSize(drawing, frame)).toEqual({ width: 168, height: 84 })
    expect(mapSize({ width: 1000, height: 4000 }, frame)).toEqual({ width: 28, height: 112 })
    expect(mapSize(drawing, { width: 300, height: 400 })).toEqual({ width: 90, height: 45 })
  })

  it('does not cover the box that is walked to', () => {
    const view = { x: 0, y: 0, scale: 1 }
    const clear = (x: number, y: number) => clearOfMap(view, { x, y, width: 200, height: 80 }, drawing, frame)
    expect(clear(0, 510)).toEqual(view)
    expect(clear(590, 510)).toEqual({ x: 0, y: -94, scale: 1 })
    expect(clear(422, 510)).toEqual({ x: -10, y: 0, scale: 1 })
    expect(clearOfMap({ x: 0, y: 0, scale: 0.4 }, { x: 1800, y: 900, width: 200, height: 100 }, drawing, frame).y).toBe(0)
  })
})
