import type { NewRequest, ProductAccess, ProductPage } from '../../api/types'
import { subjectError } from '../../lib/subject'
import { dayAfter } from '../../lib/time'

export type RequestForm = { subject: string; purpose: string; reason: string; rows: string; clear: string[]; until: string }
export type RequestErrors = Partial<Record<keyof RequestForm, string>>

/** With several purposes none is chosen for a person: it is what they answer for. */
export function emptyForm(access: ProductAccess): RequestForm {
  const [only, ...others] = access.purposes
  const purpose = others.length === 0 && only !== undefined ? only : ''
  return { subject: '', purpose, reason: '', rows: 'default', clear: [], until: '' }
}

/** What the form lacks; the server checks the same and more. */
export function checkForm(form: RequestForm, access: ProductAccess, now: Date): RequestErrors {
  const errors: RequestErrors = {}
  const subject = subjectError(form.subject)
  if (subject !== undefined) errors.subject = subject
  if (!access.purposes.includes(form.purpose)) errors.purpose = 'Choose a purpose.'
  if (form.reason.trim() === '') errors.reason = 'Say in a sentence why you need it.'
  if (form.until !== '') {
    if (form.until <= dayAfter(0, now)) errors.until = 'Choose a day after today.'
    else if (form.until > dayAfter(access.max_days, now)) errors.until = `Choose a day within ${access.max_days} days.`
  }
  return errors
}

export function bodyOf(form: RequestForm, product: string): NewRequest {
  return {
    product,
    purpose: form.purpose,
    reason: form.reason.trim(),
    ...(form.subject === '' ? {} : { for: form.subject }),
    ...(form.rows === 'default' ? {} : { rows: form.rows }),
    ...(form.clear.length === 0 ? {} : { clear: form.clear }),
    ...(form.until === '' ? {} : { until: form.until }),
  }
}

/** The classes on columns that the person sees: what may be asked for clear. Labels have no root before a dot. */
export function classesOf(page: ProductPage): string[] {
  const tags = page.port_details.flatMap(({ columns }) => columns.flatMap(({ tags: of }) => of))
  return [...new Set(tags.filter((tag) => /^[a-z0-9_-]+\.[a-z0-9_-]+$/.test(tag)))].sort()
}

/** Whether no person has to decide: usual rows, nothing clear, for a group and a purpose that the product says so of. */
export function isAutomatic(form: RequestForm, access: ProductAccess): boolean {
  const usual = form.rows === 'default' && form.clear.length === 0
  const fits = ({ purpose, group, mine }: ProductAccess['automatic'][number]) =>
    purpose === form.purpose && (form.subject === '' ? mine : form.subject === `group:${group}`)
  return usual && access.automatic.some(fits)
}
