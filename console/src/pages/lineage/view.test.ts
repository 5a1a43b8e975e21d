import { describe, expect, it } from 'vitest'
import { anchored, fitted, opening, revealing, zoomed } from './view'

const frame = { width: 800, height: 600 }

describe('the window on the drawing', () => {
  it('fits all of it in the middle, never larger than life', () => {
    expect(fitted({ width: 1600, height: 600 }, frame)).toEqual({ scale: 0.5, x: 0, y: 150 })
    expect(fitted({ width: 400, height: 300 }, frame)).toEqual({ scale: 1, x: 200, y: 150 })
  })

  it('opens on what was asked about where all of it would be too small to read', () => {
    const asked = { x: 5000, y: 5000, width: 200, height: 100 }
    const { x, y, scale } = opening({ width: 10_000, height: 10_000 }, frame, asked)
    expect([x + 5100 * scale, y + 5050 * scale]).toEqual([400, 300])
  })

  it('opens at the end of the drawing rather than beside it', () => {
    const view = opening({ width: 2000, height: 100 }, frame, { x: 1800, y: 0, width: 200, height: 100 })
    expect(view).toEqual({ scale: 0.8, x: 800 - 2000 * 0.8, y: 260 })
  })

  it('keeps the point under the pointer while it zooms', () => {
    const at = { x: 100, y: 50 }
    const before = { x: 10, y: 20, scale: 1 }
    const after = zoomed(before, 1.5, at)
    expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale)
    expect(zoomed(before, 1000, at).scale).toBe(2)
  })

  it('moves no more than it must to show a box', () => {
    const view = { x: 0, y: 0, scale: 1 }
    expect(revealing(view, { x: 100, y: 100, width: 200, height: 50 }, frame)).toEqual(view)
    expect(revealing(view, { x: 900, y: 100, width: 200, height: 50 }, frame)).toEqual({ x: -316, y: 0, scale: 1 })
    expect(revealing(view, { x: -50, y: 100, width: 200, height: 50 }, frame)).toEqual({ x: 66, y: 0, scale: 1 })
  })

  it('keeps a box where it was when the drawing around it changes', () => {
    expect(anchored({ x: 5, y: 5, scale: 0.5 }, { x: 100, y: 0 }, { x: 300, y: 40 })).toEqual({ x: -95, y: -15, scale: 0.5 })
  })
})
