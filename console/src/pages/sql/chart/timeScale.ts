import type { Scale } from './scale'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTH = 30 * DAY
const YEAR = 365 * DAY

const EVEN = [1, 5, 15, 30].flatMap((count) => [count * SECOND, count * MINUTE]).concat([HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY])
const STEPS = [...EVEN.sort((a, b) => a - b), MONTH, 3 * MONTH, 6 * MONTH, ...[1, 2, 5, 10, 20, 50, 100, 500, 1000].map((years) => years * YEAR)]

/**
 * As many ticks as `room` characters hold. Days begin at midnight, weeks on a Monday, months on their first: in UTC, as the times are
 * written.
 */
export function timeScale(least: number, most: number, room: number): Scale {
  const [from, to] = least === most ? [least - DAY / 2, most + DAY / 2] : [least, most]
  const length = to - from
  const fits = (step: number) => (length / step) * (charactersOf(step, length) + APART) <= room
  const step = STEPS.find(fits) ?? 1000 * YEAR
  return { from, to, ticks: step < MONTH ? evenTicks(from, to, step) : monthTicks(from, to, Math.round(step / MONTH)), words: wordsFor(step, length) }
}

/** The first Monday of the clock is its fifth day. */
const MONDAY = 4 * DAY

function evenTicks(from: number, to: number, step: number): number[] {
  const origin = step % (7 * DAY) === 0 ? MONDAY : 0
  const ticks: number[] = []
  for (let tick = Math.ceil((from - origin) / step) * step + origin; tick <= to; tick += step) ticks.push(tick)
  return ticks
}

function monthTicks(from: number, to: number, months: number): number[] {
  const count = months >= 12 ? Math.round(months / 12.17) * 12 : months
  const start = new Date(from)
  const first = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / count) * count
  const ticks: number[] = []
  for (let month = first; ticks.length < 50; month += count) {
    // Date.UTC takes years below 100 for those of the last century.
    const tick = new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1)
    if (tick > to) break
    if (tick >= from) ticks.push(tick)
  }
  return ticks
}

/** Characters between two ticks. */
const APART = 2

function charactersOf(step: number, length: number): number {
  return wordsFor(step, length)(0).length
}

function wordsFor(step: number, length: number): (tick: number) => string {
  const part = (from: number, to: number) => (tick: number) => new Date(tick).toISOString().slice(from, to).replace('T', ' ')
  if (step >= 12 * MONTH) return part(0, 4)
  if (step >= MONTH) return part(0, 7)
  if (step >= DAY) return part(0, 10)
  if (step < MINUTE) return part(11, 19)
  return length <= DAY ? part(11, 16) : part(5, 16)
}
