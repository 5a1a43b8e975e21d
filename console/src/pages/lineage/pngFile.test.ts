import { expect, it } from 'vitest'
import { pngScale } from './pngFile'

it('draws twice as large, or as large as a browser can', () => {
  expect(pngScale({ width: 1000, height: 500 })).toBe(2)
  expect(pngScale({ width: 16_384, height: 500 })).toBe(0.5)
  const scale = pngScale({ width: 8000, height: 8000 })
  expect(8000 * scale * 8000 * scale).toBeCloseTo(32 << 20)
})
