import { describe, expect, it } from 'vitest'
import type { RequestItem, WhoAmI } from '../api/types'
import { mayTalk, questionsTo, remarkError, roomWords, talkOf, talkSign } from './talk'

const who = (principal: string, groups: string[] = [], roles: string[] = []) => ({ principal, groups, roles }) as WhoAmI
const ana = who('user:ana', ['fraud-analysts'])
const stella = who('user:stella', [], ['steward of policy'])
const sven = who('user:sven', [], ['steward of policy'])

const request = (said: string[], more: Partial<RequestItem> = {}) =>
  ({
    id: 'req-1',
    by: 'user:ana',
    subject: 'user:ana',
    product: 'policy.policies_active',
    state: 'pending',
    mine_to_decide: false,
    remarks: said.map((by) => ({ by: `user:${by}`, at: '2026-11-27T10:00:00Z', text: 'why?' })),
    ...more,
  }) as RequestItem

describe('who waits for whom', () => {
  it('is told by who spoke last', () => {
    expect(talkOf(ana, request([]))).toBeNull()
    expect(talkOf(ana, request(['stella']))?.turn).toBe('mine')
    expect(talkOf(stella, request(['stella']))?.turn).toBe('theirs')
    expect(talkOf(ana, request(['stella', 'ana']))?.turn).toBe('theirs')
    expect(talkOf(stella, request(['stella', 'ana']))?.turn).toBe('mine')
  })

  it('is the same for all who decide: one steward’s question is not for another to answer', () => {
    expect(talkOf(sven, request(['stella']))?.turn).toBe('theirs')
    expect(talkOf(sven, request(['stella', 'ana']))?.turn).toBe('mine')
  })

  it('is the same for a group that is asked for', () => {
    const rajan = who('user:rajan', ['fraud-analysts'])
    const forGroup = request(['stella'], { subject: 'group:fraud-analysts' })
    expect(talkOf(rajan, forGroup)?.turn).toBe('mine')
    expect(questionsTo(rajan, [forGroup])).toHaveLength(1)
  })

  it('is nothing once it is decided', () => {
    expect(talkOf(ana, request(['stella'], { state: 'approved' }))).toBeNull()
    expect(questionsTo(ana, [request(['stella'], { state: 'withdrawn' })])).toEqual([])
  })

  it('has words for both sides', () => {
    expect(talkSign(ana, request(['stella']))?.text).toBe('Waits for your answer')
    expect(talkSign(ana, request(['ana']))?.text).toBe('You wrote last')
    expect(talkSign(stella, request(['ana']))?.text).toBe('ana wrote')
    expect(talkSign(sven, request(['stella']))?.text).toBe('Waits for ana’s answer')
    expect(talkSign(sven, request([]))).toBeNull()
  })
})

it('counts as a question to a person only what is theirs to answer', () => {
  const items = [request(['stella']), request(['ana']), request([])]
  expect(questionsTo(ana, items)).toHaveLength(1)
  expect(questionsTo(stella, items)).toEqual([])
})

it('lets those talk whom it concerns, while it waits', () => {
  expect(mayTalk(ana, request([]))).toBe(true)
  expect(mayTalk(stella, request([]))).toBe(true)
  expect(mayTalk(stella, request([], { state: 'denied' }))).toBe(false)
  expect(mayTalk(who('user:auditor', [], ['auditors']), request([]))).toBe(false)
  expect(mayTalk(who('user:amal', [], ['steward of claims']), request([]))).toBe(false)
  expect(mayTalk(who('user:amal'), request([], { mine_to_decide: true }))).toBe(true)
})

it('measures a text as the server does, in bytes without the space around it', () => {
  expect(remarkError(' \n ')).toBe('Write something first.')
  expect(remarkError(` ${'x'.repeat(4096)}\n`)).toBeUndefined()
  expect(remarkError('x'.repeat(4097))).toMatch(/^This is 1 byte too long/)
  expect(remarkError('é'.repeat(2049))).toMatch(/^This is 2 bytes too long/)
  expect(roomWords('x'.repeat(3000))).toBeUndefined()
  expect(roomWords('x'.repeat(3100))).toBe('3,100 of 4,096 bytes')
})
