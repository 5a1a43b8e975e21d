const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `3 hours ago`, `in 90 days`; what lies within a minute is `now`. */
export function relative(instant: Date, now: Date): string {
  const seconds = (instant.getTime() - now.getTime()) / 1000
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return words.format(Math.round(seconds / length), unit)
  }
  return 'now'
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
