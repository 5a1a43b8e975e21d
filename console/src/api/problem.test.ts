import { describe, expect, it } from 'vitest'
import { asProblem, problemFrom } from './problem'

describe('a refusal of the server', () => {
  it('keeps what a person can use', () => {
    const body = { code: 'access-required', detail: 'no entitlement', hint: 'ask for it', request_id: 'r-1' }
    expect(problemFrom(403, body, 'from-header')).toMatchObject({
      status: 403,
      code: 'access-required',
      message: 'no entitlement',
      hint: 'ask for it',
      requestId: 'r-1',
    })
  })

  it('is a sentence where it is no problem document', () => {
    const problem = problemFrom(502, '<html>', 'from-header')
    expect(problem.message).toBe('the server answered 502 without saying why')
    expect(problem.requestId).toBe('from-header')
    expect(problem.hint).toBeUndefined()
  })

  it('is told apart from a server that does not answer', () => {
    expect(asProblem(new TypeError('Failed to fetch')).code).toBe('unreachable')
    const known = problemFrom(404, { code: 'not-found' }, null)
    expect(asProblem(known)).toBe(known)
  })
})
