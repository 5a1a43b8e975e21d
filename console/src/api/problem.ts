import { partsOf } from '../lib/json'
import type { components } from './schema'

type Body = components['schemas']['Body']

type ProblemFacts = {
  status: number
  code: string
  message: string
  hint?: string | undefined
  requestId?: string | undefined
}

/** A refusal of the server: the parts of its problem document that a person can use. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  readonly requestId: string | undefined

  constructor(facts: ProblemFacts) {
    super(facts.message)
    this.name = 'Problem'
    this.status = facts.status
    this.code = facts.code
    this.hint = facts.hint
    this.requestId = facts.requestId
  }
}

function textOf(body: unknown, name: keyof Body): string | undefined {
  const value = partsOf(body)[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Reads a problem from an answer; something that is no problem document (a proxy's page, say) still gets a sentence. */
export function problemFrom(status: number, body: unknown, requestIdHeader: string | null): Problem {
  return new Problem({
    status,
    code: textOf(body, 'code') ?? 'unexpected-answer',
    message: textOf(body, 'detail') ?? textOf(body, 'title') ?? `the server answered ${status} without saying why`,
    hint: textOf(body, 'hint'),
    requestId: textOf(body, 'request_id') ?? requestIdHeader ?? undefined,
  })
}

/** Any failure as a problem: a request that never reached the server has no status and no request id. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem({
    status: 0,
    code: 'unreachable',
    message: 'the server does not answer',
    hint: 'check that it runs and that this machine reaches it, then try again',
  })
}
