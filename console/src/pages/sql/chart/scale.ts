import { roundUp } from '../../../lib/scale'

export type Scale = { from: number; to: number; ticks: readonly number[]; words: (tick: number) => string }

/** Some room where all values are the same. */
function apart(least: number, most: number): [number, number] {
  if (least !== most) return [least, most]
  const room = least === 0 ? 1 : Math.abs(least) * 0.1
  return [least - room, most + room]
}

type Wish = { wanted: number; fromZero?: boolean; whole?: boolean }

/** From a tick to a tick around all values; from zero where that is near or wished. Between whole numbers there are no ticks. */
export function numberScale(least: number, most: number, { wanted, fromZero = false, whole = false }: Wish): Scale {
  // A half each, so that the length of the whole range of numbers stays finite.
  const near = (value: number, other: number) => Math.sign(value) === Math.sign(other) && Math.abs(value) <= Math.abs(other) / 2
  const low = fromZero || near(least, most) ? Math.min(0, least) : least
  const high = fromZero || near(most, least) ? Math.max(0, most) : most
  const [from, to] = apart(low, high)
  const step = Math.max(roundUp((to - from) / Math.max(1, wanted)), whole ? 1 : 0)
  if (!Number.isFinite(step) || step === 0) return { from, to, ticks: [from, to], words: (tick) => tick.toExponential(1) }
  const [first, last] = [Math.floor(from / step), Math.ceil(to / step)]
  // By counting: adding up a step of 0.1 would end beside the ticks.
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(15)))
  return { from: ticks[0] ?? from, to: ticks.at(-1) ?? to, ticks, words: wordsFor(step, Math.max(Math.abs(from), Math.abs(to))) }
}

function wordsFor(step: number, most: number): (tick: number) => string {
  if (most >= 1e15 || step < 1e-6) return (tick) => (tick === 0 ? '0' : tick.toExponential(Math.min(6, Math.max(0, Math.ceil(Math.log10(most / step)) - 1))))
  const [unit, letter] = most >= 1e9 && step >= 1e7 ? [1e9, 'bn'] : most >= 1e6 && step >= 1e4 ? [1e6, 'm'] : [1, '']
  const digits = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9))
  return (tick) => `${(tick / unit).toLocaleString('en', { maximumFractionDigits: digits })}${tick === 0 ? '' : letter}`
}

/** Where on a line from `start` to `end` a value lies. */
export function onLine({ from, to }: Pick<Scale, 'from' | 'to'>, start: number, end: number): (value: number) => number {
  return (value) => start + ((value - from) / (to - from)) * (end - start)
}
