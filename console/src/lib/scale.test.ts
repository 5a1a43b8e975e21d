import { expect, it } from 'vitest'
import { roundUp } from './scale'

it('rounds up to what is easily counted in', () => {
  expect([1, 2, 3, 6, 10, 11, 99, 201, 1204].map(roundUp)).toEqual([1, 2, 5, 10, 10, 20, 100, 500, 2000])
  expect(roundUp(0.03)).toBeCloseTo(0.05)
})
