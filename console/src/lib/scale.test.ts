import { expect, it } from 'vitest'
import { roundTop, shortDay } from './scale'

it('rounds the top of a chart up', () => {
  expect([0, 1, 2, 3, 6, 10, 11, 99, 201, 1204].map(roundTop)).toEqual([1, 1, 2, 5, 10, 10, 20, 100, 500, 2000])
})

it('writes a day of an axis', () => {
  expect(shortDay('2026-11-06')).toBe('6 Nov')
})
