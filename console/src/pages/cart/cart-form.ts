import type { NewRequest, ProductAccess } from '../../api/types'
import { subjectError } from '../../lib/subject'
import { dayAfter } from '../../lib/time'

/** A product of the cart with its rules, once they are read. */
export type Line = { product: string; access: ProductAccess }
type CartForm = { subject: string; purpose: string; reason: string; until: string }
export type CartErrors = Partial<Record<keyof CartForm, string>>

export const EMPTY: CartForm = { subject: '', purpose: '', reason: '', until: '' }

/** Every purpose that one of the products is read for, with how many are. */
export function purposesOf(lines: readonly Line[]): { purpose: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { access } of lines) for (const purpose of access.purposes) counts.set(purpose, (counts.get(purpose) ?? 0) + 1)
  return [...counts].map(([purpose, count]) => ({ purpose, count })).sort((a, b) => b.count - a.count || a.purpose.localeCompare(b.purpose))
}

/** The products that can be asked for with this purpose; the others stay in the cart. */
export function fitting(lines: readonly Line[], purpose: string): Line[] {
  return lines.filter(({ access }) => access.purposes.includes(purpose))
}

export function shortest(lines: readonly Line[]): number {
  return Math.min(...lines.map(({ access }) => access.max_days))
}

export function checkCart(form: CartForm, lines: readonly Line[], now: Date): CartErrors {
  const errors: CartErrors = {}
  const subject = subjectError(form.subject)
  if (subject !== undefined) errors.subject = subject
  const asked = fitting(lines, form.purpose)
  if (asked.length === 0) errors.purpose = 'Choose a purpose.'
  if (form.reason.trim() === '') errors.reason = 'Say in a sentence why you need them.'
  if (form.until !== '' && asked.length > 0) {
    const days = shortest(asked)
    if (form.until <= dayAfter(0, now)) errors.until = 'Choose a day after today.'
    else if (form.until > dayAfter(days, now)) errors.until = `Choose a day within ${days} days, the shortest of these products.`
  }
  return errors
}

export function requestsOf(form: CartForm, lines: readonly Line[]): NewRequest[] {
  return fitting(lines, form.purpose).map(({ product }) => ({
    product,
    purpose: form.purpose,
    reason: form.reason.trim(),
    ...(form.subject === '' ? {} : { for: form.subject }),
    ...(form.until === '' ? {} : { until: form.until }),
  }))
}
