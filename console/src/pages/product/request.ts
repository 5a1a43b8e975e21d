import type { NewRequest, ProductAccess } from '../../api/types'
import { dayAfter } from '../../lib/time'

export type RequestForm = { purpose: string; reason: string; rows: string; until: string }
export type RequestErrors = Partial<Record<keyof RequestForm, string>>

/** With several purposes none is chosen for a person: it is what they answer for. */
export function emptyForm(access: ProductAccess): RequestForm {
  const [only, ...others] = access.purposes
  return { purpose: others.length === 0 && only !== undefined ? only : '', reason: '', rows: 'default', until: '' }
}

/** What the form lacks; the server checks the same and more. */
export function checkForm(form: RequestForm, access: ProductAccess, now: Date): RequestErrors {
  const errors: RequestErrors = {}
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
    ...(form.rows === 'default' ? {} : { rows: form.rows }),
    ...(form.until === '' ? {} : { until: form.until }),
  }
}
