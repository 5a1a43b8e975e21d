import { expect, it } from 'vitest'
import { shortDay, spanWords } from './time'

it('writes spans', () => {
  expect([0, 0.5, 38, 60, 125, 1_440, 4_560].map(spanWords)).toEqual(['0 min', '30 s', '38 min', '1 h', '2 h 5 min', '1 d', '3 d 4 h'])
})

it('writes a day of an axis', () => {
  expect(shortDay('2026-11-06')).toBe('6 Nov')
})
