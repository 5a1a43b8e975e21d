/** The words for the API's values, in one place: the same state has the same name on every page. */

export type Tone = 'good' | 'warn' | 'bad' | 'plain'
export type Sign = { text: string; tone: Tone }

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The server's messages begin small and have no full stop, so that they fit in any place; here they stand alone. */
export function sentence(message: string): string {
  const first = capital(message)
  return /[.?!]$/.test(first) ? first : `${first}.`
}

/** `1 product`, `1,204 products`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

export function statusSign(status: string | null | undefined): Sign {
  return status === 'draft' ? { text: 'Draft', tone: 'plain' } : { text: 'Published', tone: 'good' }
}

export function accessSign(access: string): Sign {
  if (access === 'yes') return { text: 'You have access', tone: 'good' }
  if (access === 'requested') return { text: 'You asked for access', tone: 'warn' }
  return { text: 'No access yet', tone: 'plain' }
}

export function freshnessSign(freshness: string | null | undefined): Sign | null {
  if (freshness === 'ok') return { text: 'Fresh', tone: 'good' }
  if (freshness === 'due') return { text: 'New data due', tone: 'warn' }
  if (freshness === 'late') return { text: 'Late', tone: 'bad' }
  return null
}

export function gateSign(counts: Record<string, number> | null | undefined): Sign | null {
  if (!counts) return null
  const failed = counts['failed'] ?? 0
  const passed = counts['passed'] ?? 0
  if (failed > 0) return { text: `${failed} of ${failed + passed} rules failed`, tone: 'bad' }
  return { text: `${passed} rules passed`, tone: 'good' }
}

export function stateSign(state: string): Sign {
  switch (state) {
    case 'pending':
      return { text: 'Waits for a decision', tone: 'warn' }
    case 'approved':
      return { text: 'Approved', tone: 'good' }
    case 'denied':
      return { text: 'Denied', tone: 'bad' }
    case 'withdrawn':
      return { text: 'Withdrawn', tone: 'plain' }
    case 'active':
      return { text: 'Active', tone: 'good' }
    case 'expired':
      return { text: 'Expired', tone: 'plain' }
    case 'revoked':
      return { text: 'Ended', tone: 'plain' }
    default:
      return { text: state, tone: 'plain' }
  }
}

/** What a request stands at for the one who asked: an approval whose access is over opens nothing any more. */
export function requestSign(request: { state: string; entitlement?: string | null }, held: readonly { id: string; state: string }[]): Sign {
  const access = request.state === 'approved' ? held.find(({ id }) => id === request.entitlement) : undefined
  return access === undefined || access.state === 'active' ? stateSign(request.state) : { text: 'Approved, access ended', tone: 'plain' }
}

export function outcomeSign(outcome: string): Sign {
  switch (outcome) {
    case 'passed':
      return { text: 'Passed', tone: 'good' }
    case 'failed':
      return { text: 'Failed', tone: 'bad' }
    case 'error':
      return { text: 'Could not be run', tone: 'bad' }
    default:
      return { text: 'Not evaluated', tone: 'plain' }
  }
}

const HOWS: Record<string, string> = { copy: 'Copied', derived: 'Computed', rows: 'Decides which rows there are' }

/** How a column comes from another one. */
export function howWord(how: string): string {
  return HOWS[how] ?? 'Not known'
}

/** What a person sees of a column under a treatment. */
export function treatmentWords(treatment: string): string {
  if (treatment === 'clear') return 'The value'
  if (treatment === 'token') return 'A token; equal values have equal tokens'
  if (treatment === 'constant') return 'The same constant in every row'
  if (treatment === 'null') return 'Nothing; every row is empty'
  if (treatment === 'partial') return 'A part of the value'
  if (treatment === 'generalised') return 'A coarser value'
  const part = /^partial \((.+)\)$/.exec(treatment)
  if (part) return `A part of the value (${part[1] ?? ''})`
  const step = /^generalised to (.+)$/.exec(treatment)
  if (step) return stepWords(step[1] ?? '')
  return capital(treatment)
}

function stepWords(step: string): string {
  const prefix = /^prefix:(\d+)$/.exec(step)
  if (prefix) return `The beginning, ${prefix[1] ?? ''} characters`
  return /^\d/.test(step) ? `The value in steps of ${step}` : `The ${step} only`
}

export function rowsWords(rows: string, defaultScope?: string): string {
  if (rows === 'all') return 'all rows'
  if (rows !== 'default') return `rows in ${rows}`
  return defaultScope === undefined ? 'the usual rows' : `the usual rows (${defaultScope})`
}

/** `user:ana` is Ana to people who work with her: the kind is said only where it is not a person. */
export function nameOf(principal: string): string {
  return principal.startsWith('user:') ? principal.slice(5) : principal.replace(':', ' ')
}
