import { expect, it } from 'vitest'
import type { EntitlementItem, RequestItem } from '../../api/types'
import { timeline } from './timeline'

const now = new Date('2026-11-27T12:00:00Z')
const asked = { by: 'user:ana', at: '2026-11-20T10:00:00Z', reason: 'to see', state: 'pending' } as RequestItem
const held = { since: '2026-11-21T10:00:00Z', until: '2027-01-01T10:00:00Z', state: 'active' } as EntitlementItem
const words = (request: Partial<RequestItem>, access?: EntitlementItem) =>
  timeline({ ...asked, ...request } as RequestItem, access, 'stewards', now).map(({ what, who }) => (who === undefined ? what : `${what}: ${who}`))

it('says who decides while nobody has', () => {
  expect(words({})).toEqual(['Asked: ana', 'Waits for a decision: stewards'])
})

it('says who decided and what a refusal said', () => {
  const denied = { ...asked, state: 'denied', decided_by: 'user:stella', decided_at: '2026-11-21T10:00:00Z', note: 'no' } as RequestItem
  expect(timeline(denied, undefined, undefined, now)[1]).toEqual({
    what: 'Denied',
    tone: 'bad',
    who: 'stella',
    at: '2026-11-21T10:00:00Z',
    note: 'no',
  })
  expect(words({ state: 'withdrawn' })).toEqual(['Asked: ana', 'Withdrawn'])
})

it('follows the access to its end', () => {
  const approved = { state: 'approved', decided_by: 'automatic' }
  expect(words(approved)).toEqual(['Asked: ana', 'Approved: a rule of the product'])
  expect(words(approved, held)).toEqual(['Asked: ana', 'Approved: a rule of the product', 'Access is active', 'Access ends'])
  expect(words(approved, { ...held, state: 'revoked' }).at(-1)).toBe('Access was ended')
  expect(words(approved, { ...held, state: 'expired', until: '2026-11-22T10:00:00Z' }).at(-1)).toBe('Access has expired')
})
