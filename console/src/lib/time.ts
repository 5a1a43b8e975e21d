const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `3 hours ago`, `in 90 days`; what lies within a minute is `just now`, or `now` where it is still to come. */
export function relative(instant: Date, now: Date): string {
  const seconds = (instant.getTime() - now.getTime()) / 1000
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return words.format(Math.round(seconds / length), unit)
  }
  return seconds > 0 ? 'now' : 'just now'
}

export function daysLeft(until: string, now: Date): number {
  return Math.ceil((new Date(until).getTime() - now.getTime()) / 86_400_000)
}

/** The day in UTC, as date fields and the API write it. */
export function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 10)
}

export function dayAfter(days: number, now: Date): string {
  return dayOf(new Date(now.getTime() + days * 86_400_000))
}

/** An instant as it is cited: to the second, in UTC. */
export function instantWords(instant: string): string {
  return `${instant.replace('T', ' ').slice(0, 19)} UTC`
}

/** A time that was measured: milliseconds below a second, then seconds, then minutes. */
export function millisWords(millis: number): string {
  if (millis < 1_000) return `${Math.round(millis)} ms`
  if (millis < 60_000) return `${(Math.floor(millis / 100) / 10).toFixed(1)} s`
  const seconds = Math.floor(millis / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** `2026-11-26` as a day on an axis: `26 Nov`. */
export function shortDay(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
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
