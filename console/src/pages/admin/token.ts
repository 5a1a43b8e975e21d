import type { NewToken } from '../../api/people'
import { dayOf } from '../../lib/time'

export type TokenForm = { principal: string; label: string; scopes: string[]; purpose: string; until: string }
export type TokenErrors = Partial<Record<keyof TokenForm, string>>

/** What a token may be narrowed to; all but `query` in one domain. */
export const SCOPES = [
  { scope: 'query', what: 'Read rows' },
  { scope: 'run', what: 'Build in' },
  { scope: 'publish', what: 'Publish in' },
  { scope: 'apply', what: 'Apply the files of' },
  { scope: 'decide', what: 'Decide on access in' },
] as const

export function scopeOf(scope: string, domain: string): string | null {
  if (scope === 'query') return scope
  return domain.trim() === '' ? null : `${scope}:${domain.trim()}`
}

export function scopeWords(scope: string): string {
  const [kind = '', domain] = scope.split(':')
  const known = SCOPES.find((candidate) => candidate.scope === kind)
  if (known === undefined) return scope
  return domain === undefined ? known.what : `${known.what} ${domain}`
}

export function checkToken(form: TokenForm, now: Date): TokenErrors {
  const errors: TokenErrors = {}
  if (form.principal.trim() === '') errors.principal = 'Say for whom it is.'
  if (form.until !== '' && form.until <= dayOf(now)) errors.until = 'Choose a day after today.'
  return errors
}

export function tokenBody(form: TokenForm): NewToken {
  const label = form.label.trim()
  return {
    principal: form.principal.trim(),
    scopes: form.scopes,
    ...(label === '' ? {} : { label }),
    ...(form.purpose === '' ? {} : { purpose: form.purpose }),
    ...(form.until === '' ? {} : { until: form.until }),
  }
}
