import { partsOf } from '../lib/json'
import { Problem, problemFrom } from './problem'

/** Where in a file, as far as it is told. */
type Place = { file?: unknown; line?: unknown; column?: unknown }

/** One of several failures, and where it is if files were sent. */
export type Finding = { message: string; hint?: string; at?: string }

/** A refusal with every single finding. */
export class Refusal extends Problem {
  readonly findings: readonly Finding[]
  readonly at: string | undefined

  constructor(problem: Problem, findings: readonly Finding[], at?: string) {
    super(problem)
    this.findings = findings
    this.at = at
  }
}

/** `domains/claims/domain.yaml:2:12`, the form in which the command line says it. */
export function placeWords(at: Place | null | undefined): string | undefined {
  if (!at?.file) return undefined
  return [at.file, at.line, at.column].filter((part) => part != null).join(':')
}

function findingOf(value: unknown): Finding[] {
  const { detail, hint, at } = partsOf(value)
  if (typeof detail !== 'string') return []
  const place = placeWords(partsOf(at))
  return [
    {
      message: detail,
      ...(typeof hint === 'string' ? { hint } : {}),
      ...(place === undefined ? {} : { at: place }),
    },
  ]
}

/** The findings of a problem document: its items, or itself if it has none. */
export function findingsOf(body: unknown): Finding[] {
  const { items } = partsOf(body)
  return Array.isArray(items) && items.length > 0 ? items.flatMap(findingOf) : findingOf(body)
}

export function refusalOf(status: number, body: unknown, requestId: string | null): Refusal {
  return new Refusal(problemFrom(status, body, requestId), findingsOf(body), findingOf(body)[0]?.at)
}

/** The refusal in an answer, or what the answer holds. */
export function heldBy<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (!response.ok || data === undefined) throw refusalOf(response.status, error, response.headers.get('x-request-id'))
  return data
}

/**
 * What a person is told of a refusal. Of several findings the message counts them and says the first once more; else it says
 * what the findings have in common, and itself has the place and the way out.
 */
export function shownOf({ message, hint, at, findings }: Refusal): readonly Finding[] {
  const [only, ...others] = findings
  if (/^\d+ problems; the first:/.test(message) || (others.length === 0 && only?.message === message)) return findings
  const whole = { message, ...(hint === undefined ? {} : { hint }), ...(at === undefined ? {} : { at }) }
  return [whole, ...findings.filter((finding) => !message.includes(finding.message))]
}
