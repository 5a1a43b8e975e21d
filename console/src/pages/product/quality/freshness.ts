import type { ProductPage } from '../../../api/types'

const UNITS: Record<string, number> = { s: 1 / 60, m: 1, h: 60, d: 1_440 }

/** The minutes of a promise as the API writes it: `90s`, `15m`, `1h`, `7d`. */
export function minutesOf(span: string): number | undefined {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(span) ?? []
  const factor = UNITS[unit ?? '']
  return factor === undefined ? undefined : Number(number) * factor
}

/** `38 min`, `1 h`, `2 h 5 min`, `3 d 4 h`: the two largest parts. */
export function spanWords(minutes: number): string {
  if (minutes < 1) return minutes === 0 ? '0 min' : `${Math.round(minutes * 60)} s`
  const whole = Math.floor(minutes)
  const parts: [number, string][] = [
    [Math.floor(whole / 1_440), 'd'],
    [Math.floor((whole % 1_440) / 60), 'h'],
    [whole % 60, 'min'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

export type Freshness = {
  state: 'ok' | 'due' | 'late'
  /** Minutes: what is promised, and how old the newest data is. */
  within: number
  lag: number
  words: string
  /** Since when the promise is broken. */
  lateSince?: string
}

type Facts = Pick<ProductPage, 'freshness' | 'fresh_within' | 'lag_minutes' | 'ports'>

/**
 * The promise and how it is kept, from what was read at an instant. Where several ports promise something, the server tells the
 * tightest promise and the newest data of all of them; these may belong to different ports, and nothing is computed from them then.
 */
export function freshnessOf(page: Facts, readAt: number): Freshness | null {
  const within = minutesOf(page.fresh_within ?? '')
  const { lag_minutes: told, freshness: state } = page
  if (within === undefined || typeof told !== 'number') return null
  if (state !== 'ok' && state !== 'due' && state !== 'late') return null
  // Minutes are told rounded down; what is late is at least as old as promised.
  const lag = state === 'late' && page.ports.length === 1 ? Math.max(told, within) : told
  const facts: Omit<Freshness, 'words'> = { state, within, lag }
  if (state !== 'late' && lag > within) return { ...facts, words: `Kept: the newest data came as promised and is ${spanWords(lag)} old.` }
  if (state === 'late') {
    if (lag < within) {
      return { ...facts, words: `The newest data is ${spanWords(lag)} old, but one of the ports has older data than is promised for it.` }
    }
    const over = lag - within
    const by = over >= 1 ? `${spanWords(over)} older` : 'older'
    const words = `The newest data is ${spanWords(lag)} old, ${by} than the ${spanWords(within)} that is promised.`
    return page.ports.length > 1 ? { ...facts, words } : { ...facts, words, lateSince: new Date(readAt - over * 60_000).toISOString() }
  }
  const used = `${spanWords(lag)} of ${spanWords(within)} used`
  return { ...facts, words: state === 'due' ? `${used}: new data is due.` : `${used}.` }
}

/** Parts of the bar in percent: what is used within the promise, what goes beyond it, and where the promise ends. */
export function barOf({ within, lag }: Pick<Freshness, 'within' | 'lag'>): { used: number; over: number; promise: number } {
  const whole = Math.max(within, lag, 1 / 60)
  return { used: (Math.min(lag, within) / whole) * 100, over: (Math.max(lag - within, 0) / whole) * 100, promise: (within / whole) * 100 }
}
