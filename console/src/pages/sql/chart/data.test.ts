import { describe, expect, it } from 'vitest'
import type { Row } from '../result/rows'
import { MOST_DRAWN, dataOf, nearest } from './data'
import { barsPath, formsPath, linePath } from './paths'
import { layoutOf } from './layout'
import { describe as told, leftOut, shortened } from './words'

const columns = [{ name: 's', type: 'string' }, { name: 'd', type: 'date' }, { name: 'n', type: 'integer' }, { name: 'm', type: 'decimal(10,2)' }]
const rows: Row[] = [
  ['a', '2026-01-03', '5', '1.50'],
  [null, '2026-01-01', '7', null],
  ['c', null, null, '2.00'],
]

describe('what is drawn', () => {
  it('leaves NULL out and counts it', () => {
    const bars = dataOf({ kind: 'bar', x: 's', y: ['n', 'm'] }, columns, rows)
    expect(bars.points.map(({ row, x, label, ys }) => [row, x, label, ...ys])).toEqual([[1, 0, 'a', 5, 1.5], [3, 1, 'c', null, 2]])
    expect([bars.without, ...bars.series.map(({ empty }) => empty)]).toEqual([1, 1, 0])
    expect(leftOut(bars, 's', 3, false)).toEqual([
      '1 row left out: s is NULL or has no place on the axis.',
      '1 value of n left out: NULL or not a number.',
    ])
  })

  it('goes along time in its order', () => {
    const line = dataOf({ kind: 'line', x: 'd', y: ['n'] }, columns, rows)
    expect(line.points.map(({ row }) => row)).toEqual([2, 1])
    expect([line.along, line.without]).toEqual(['time', 1])
    expect(told(line)).toBe('2 rows drawn. n is between 5 and 7.')
  })

  it('is the first rows of many, which is said', () => {
    const many: Row[] = Array.from({ length: 40_000 }, (_, at) => [`${at}`, null, at, null])
    const bars = dataOf({ kind: 'bar', x: 's', y: ['n'] }, columns, many)
    expect(bars.points).toHaveLength(MOST_DRAWN.bar)
    expect(leftOut(bars, 's', many.length, true)).toEqual([
      'The first 100 of 40,000 rows are drawn; ORDER BY decides which come first.',
      'These are the first 40,000 rows of the answer; there are more.',
    ])
  })
})

it('finds the nearest point', () => {
  const { points } = dataOf({ kind: 'bar', x: 's', y: ['n'] }, columns, rows)
  expect(nearest(points, ({ x }) => Math.abs(x - 0.9))).toBe(1)
})

it('interrupts a line where a value is missing, and shows one alone as a dot', () => {
  expect(linePath([{ x: 0, y: 1 }, { x: 1, y: 2 }, { x: 2, y: null }, { x: 3, y: 4 }])).toBe('M0 1L1 2M3 4h0')
  expect(barsPath([{ x: 0, y: 5 }, { x: 9, y: null }], 4, 10)).toBe('M0 10V5h4V10z')
  expect(formsPath([{ x: 1, y: null }, { x: 2, y: 2 }], 1, 3)).toBe('M2 2m-3 -3h6v6h-6z')
})

it('leaves labels out where there is no room for all', () => {
  const many: Row[] = Array.from({ length: 60 }, (_, at) => [`a long name ${at}`, null, at, null])
  const { xTicks, left, right } = layoutOf(dataOf({ kind: 'bar', x: 's', y: ['n'] }, columns, many), 'bar', 600)
  expect(xTicks.length).toBeGreaterThan(2)
  expect(xTicks.length).toBeLessThan(8)
  expect(xTicks.every(({ at }) => at >= left && at <= right)).toBe(true)
})

it('shortens labels and takes characters out that turn others', () => {
  expect(shortened('abcdef', 4)).toBe('abc…')
  expect(shortened('\u202Etxet\u202C', 20)).toBe(' txet ')
  expect(shortened('😀😀😀', 2)).toBe('😀…')
})
