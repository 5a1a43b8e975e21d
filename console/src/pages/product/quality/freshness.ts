import type { PromiseItem } from '../../../api/product'
import { spanWords } from '../../../lib/time'

const MINUTE_MS = 60_000

/** How old the newest data may be, in minutes. */
export function promisedMinutes({ newest, late_from }: Pick<PromiseItem, 'newest' | 'late_from'>): number {
  return (Date.parse(late_from) - Date.parse(newest)) / MINUTE_MS
}

export type Freshness = {
  /** Minutes: what is promised, and how old the newest data is. */
  within: number
  lag: number
  words: string
}

/** How a promise is kept, as it was read at an instant. The clock here may differ from the server’s, whose state counts. */
export function freshnessOf(promise: PromiseItem, readAt: number): Freshness {
  const within = promisedMinutes(promise)
  const age = Math.max(0, (readAt - Date.parse(promise.newest)) / MINUTE_MS)
  if (promise.state === 'late') {
    const lag = Math.max(age, within)
    const over = lag - within
    const by = over >= 1 ? `${spanWords(over)} older` : 'older'
    return { within, lag, words: `The newest data is ${spanWords(lag)} old, ${by} than the ${spanWords(within)} that is promised.` }
  }
  const lag = Math.min(age, within)
  const used = `${spanWords(lag)} of ${spanWords(within)} used`
  return { within, lag, words: promise.state === 'due' ? `${used}: new data is due.` : `${used}.` }
}

/** Parts of the bar in percent: what is used within the promise, what goes beyond it, and where the promise ends. */
export function barOf({ within, lag }: Pick<Freshness, 'within' | 'lag'>): { used: number; over: number; promise: number } {
  const whole = Math.max(within, lag, 1 / 60)
  return { used: (Math.min(lag, within) / whole) * 100, over: (Math.max(lag - within, 0) / whole) * 100, promise: (within / whole) * 100 }
}
