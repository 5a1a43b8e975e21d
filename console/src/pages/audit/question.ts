import { dayOf } from '../../lib/time'

type QuestionForm = { principal: string; product: string; day: string; time: string }
export type QuestionErrors = Partial<Record<keyof QuestionForm, string>>
export type Asks = { principal: boolean; product: boolean }

/** The form for what an address asks. */
export function formOf(search: { principal?: string | undefined; product?: string | undefined; at?: string | undefined }): QuestionForm {
  const [day = '', time = ''] = (search.at ?? '').split('T')
  return { principal: search.principal ?? '', product: search.product ?? '', day, time: time.replace(/Z$/, '') }
}

/** The instant as the server reads it: a day alone means its end, nothing means now. */
export function instantOf({ day, time }: QuestionForm): string | undefined {
  if (day === '') return undefined
  if (time === '') return day
  return `${day}T${time.length === 5 ? `${time}:00` : time}Z`
}

/** What the form lacks; the server checks the same and more. */
export function checkQuestion(form: QuestionForm, asks: Asks, now: Date): QuestionErrors {
  const errors: QuestionErrors = {}
  if (asks.principal && form.principal.trim() === '') errors.principal = 'Say of whom you ask.'
  if (asks.product && !form.product.includes('.')) errors.product = 'Write the domain, a dot and the product.'
  if (form.day === '') {
    if (form.time !== '') errors.day = 'A time needs a day.'
  } else if (form.day > dayOf(now)) errors.day = 'This day has not come yet.'
  else if (form.day === dayOf(now) && form.time === '') errors.time = 'Today is not over: add a time, or leave the day out for now.'
  else if (form.time !== '' && new Date(instantOf(form) ?? '') > now) errors.time = 'This time has not come yet.'
  return errors
}
