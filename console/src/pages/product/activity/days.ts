import { dayAfter, dayOf } from '../../../lib/time'

export type Day<T> = { day: string; items: T[] }

/** What happened, by the day (UTC) it happened on, in the order it came. */
export function byDay<T extends { at: string }>(items: readonly T[]): Day<T>[] {
  const days: Day<T>[] = []
  for (const item of items) {
    const day = item.at.slice(0, 10)
    const last = days.at(-1)
    if (last?.day === day) last.items.push(item)
    else days.push({ day, items: [item] })
  }
  return days
}

/** `Friday 27 November 2026`, and before it `Today` or `Yesterday` where that is so. */
export function dayWords(day: string, now: Date): string {
  const date = new Date(`${day}T00:00:00Z`)
  const weekday = date.toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' })
  const words = `${weekday} ${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })}`
  if (day === dayOf(now)) return `Today, ${words}`
  if (day === dayAfter(-1, now)) return `Yesterday, ${words}`
  return words
}
