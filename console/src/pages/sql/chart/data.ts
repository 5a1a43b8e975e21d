import { cellText, type Column, type Row } from '../result/rows'
import type { ChartKind } from '../search'
import { indexOf, type Choice } from './choice'
import { kindOf, placeOf } from './values'

/** The rows that are drawn at most, the first ones. */
export const MOST_DRAWN: Record<ChartKind, number> = { bar: 100, line: 2_000, points: 2_000 }

export type Point = {
  /** Its number in the result, from 1. */
  row: number
  x: number
  /** The value along x as it is written. */
  label: string
  ys: readonly (number | null)[]
}

export type Series = { name: string; least: number; most: number; empty: number }

/** A scale of whole numbers alone has none between. */
const isWhole = (type: string | undefined) => type === 'integer'

export type ChartData = {
  /** Beside each other in their order, or along a scale. */
  along: 'order' | 'number' | 'time'
  points: readonly Point[]
  series: readonly Series[]
  /** Which of the scales are of whole numbers. */
  whole: { x: boolean; y: boolean }
  /** Rows that were looked at. */
  looked: number
  /** Rows without a place along x. */
  without: number
}

export function dataOf({ kind, x, y }: Choice, columns: readonly Column[], rows: readonly Row[]): ChartData {
  const looked = Math.min(rows.length, MOST_DRAWN[kind])
  const xAt = indexOf(columns, x)
  const xKind = x === '' ? 'number' : kindOf(columns[xAt]?.type ?? '')
  const inOrder = kind === 'bar' || xKind === 'text'
  const yAt = y.map((name) => indexOf(columns, name))
  const points: Point[] = []
  for (const [at, row] of rows.slice(0, looked).entries()) {
    const cell = x === '' ? at + 1 : row[xAt]
    const place = inOrder ? (cell === null ? null : points.length) : placeOf(cell, xKind)
    if (place === null) continue
    points.push({ row: at + 1, x: place, label: cellText(cell), ys: yAt.map((column) => placeOf(row[column], 'number')) })
  }
  if (kind === 'line' && !inOrder) points.sort((a, b) => a.x - b.x || a.row - b.row)
  return {
    along: inOrder ? 'order' : xKind,
    points,
    series: y.map((name, at) => seriesOf(name, points.map(({ ys }) => ys[at] ?? null))),
    whole: { x: x === '' || isWhole(columns[xAt]?.type), y: yAt.every((column) => isWhole(columns[column]?.type)) },
    looked,
    without: looked - points.length,
  }
}

function seriesOf(name: string, values: readonly (number | null)[]): Series {
  let [least, most, empty] = [Infinity, -Infinity, 0]
  for (const value of values) {
    if (value === null) empty += 1
    else [least, most] = [Math.min(least, value), Math.max(most, value)]
  }
  return { name, least, most, empty }
}

/** The point that is nearest to a place; `apart` says how far. */
export function nearest(points: readonly Point[], apart: (point: Point) => number): number {
  let [best, least] = [0, Infinity]
  points.forEach((point, at) => {
    const distance = apart(point)
    if (distance < least) [best, least] = [at, distance]
  })
  return best
}
