import type { ChartKind } from '../search'
import type { ChartData } from './data'
import { numberScale, onLine, type Scale } from './scale'
import { timeScale } from './timeScale'
import { shortened } from './words'

export const HEIGHT = 340
const TOP = 14
const BOTTOM = 52
const RIGHT = 24
const CHARACTER = 7
/** Room at both ends of a scale, for what is drawn around a point. */
const INSET = 16
const WIDEST_LABEL = 120

type Tick = { at: number; text: string }

export type Layout = {
  left: number
  right: number
  top: number
  bottom: number
  xOf: (x: number) => number
  yOf: (y: number) => number
  xTicks: readonly Tick[]
  yTicks: readonly Tick[]
  /** The line of zero, if there is one between the ends. */
  zero: number | null
  /** The room of one row, where rows stand beside each other. */
  band: number
}

export function layoutOf(data: ChartData, kind: ChartKind, width: number): Layout {
  const y = yScale(data, kind)
  const left = Math.max(32, ...y.ticks.map((tick) => y.words(tick).length * CHARACTER + 14))
  const frame = { left, right: Math.max(left + 40, width - RIGHT), top: TOP, bottom: HEIGHT - BOTTOM }
  const yOf = onLine(y, frame.bottom, frame.top)
  const yTicks = y.ticks.map((tick) => ({ at: yOf(tick), text: y.words(tick) }))
  const zero = y.from <= 0 && y.to >= 0 ? yOf(0) : null
  return { ...frame, yOf, yTicks, zero, ...(data.along === 'order' ? inOrder(data, frame) : alongScale(data, frame)) }
}

function yScale({ series, whole }: ChartData, kind: ChartKind): Scale {
  const least = Math.min(...series.map((one) => one.least))
  const most = Math.max(...series.map((one) => one.most))
  return Number.isFinite(least) ? numberScale(least, most, { wanted: 6, fromZero: kind === 'bar' || least === most, whole: whole.y }) : numberScale(0, 1, { wanted: 2 })
}

type Frame = { left: number; right: number }

function inOrder({ points }: ChartData, { left, right }: Frame) {
  const band = (right - left) / Math.max(1, points.length)
  const xOf = (x: number) => left + (x + 0.5) * band
  const longest = points.reduce((most, { label }) => Math.max(most, label.length), 0)
  const every = Math.max(1, Math.ceil(Math.min(longest * CHARACTER + 12, WIDEST_LABEL) / band))
  const characters = Math.max(2, Math.floor((band * every - 8) / CHARACTER))
  const xTicks = points
    // The middle of every so many: its label has room on both sides.
    .filter((_, at) => at % every === Math.floor((every - 1) / 2))
    .map(({ x, label }): Tick => ({ at: xOf(x), text: label === '' ? 'empty' : shortened(label, characters) }))
  return { band, xOf, xTicks }
}

function alongScale({ points, along, whole }: ChartData, { left, right }: Frame) {
  const least = points.reduce((found, { x }) => Math.min(found, x), Infinity)
  const most = points.reduce((found, { x }) => Math.max(found, x), -Infinity)
  if (!Number.isFinite(least)) return { band: 0, xOf: () => left, xTicks: [] }
  const scale = along === 'time' ? timeScale(least, most, (right - left) / CHARACTER) : numberScale(least, most, { wanted: (right - left) / 90, whole: whole.x })
  const xOf = onLine(scale, left + INSET, right - INSET)
  const xTicks = scale.ticks.map((tick): Tick => ({ at: xOf(tick), text: scale.words(tick) }))
  return { band: 0, xOf, xTicks }
}

/** The part of a band that a series has: some room is left on both sides. */
export function barsOf(band: number, count: number): { width: number; offset: (series: number) => number } {
  const all = Math.max(1, Math.min(band * 0.8, 48 * count))
  const width = all / count
  return { width: Math.max(0.5, width - (width > 4 ? 1 : 0)), offset: (series) => series * width - all / 2 }
}
