import { describe, expect, it } from 'vitest'
import type { EntitlementItem, RequestItem } from '../../api/types'
import { decisionOf } from './decision'
import { otherAccess, similar } from './facts'
import { choices, filtered, parseInbox } from './search'

const request = (id: string, change: Partial<RequestItem> = {}) =>
  ({ id, product: 'a.b', purpose: 'fraud', by: 'user:ana', subject: 'user:ana', state: 'pending', ...change }) as RequestItem

describe('the inbox', () => {
  it('reads its filters from any address', () => {
    expect(parseInbox({ id: 'req-1', product: 'a.b', by: '', purpose: {}, other: 'x' })).toEqual({ id: 'req-1', product: 'a.b' })
  })

  it('lists what all filters leave', () => {
    const items = [request('req-1'), request('req-2', { product: 'c.d' }), request('req-3', { by: 'user:eve' })]
    expect(filtered(items, { product: 'a.b', by: 'user:ana', id: 'req-9' }).map(({ id }) => id)).toEqual(['req-1'])
    expect(filtered(items, {})).toHaveLength(3)
    expect(choices(items, 'product', 'gone.now')).toEqual(['a.b', 'c.d', 'gone.now'])
  })
})

describe('what a decision looks back at', () => {
  it('is about the same product and purpose', () => {
    const all = [
      request('req-1'),
      request('req-2', { state: 'approved' }),
      request('req-3', { state: 'denied', by: 'user:eve' }),
      request('req-4', { state: 'approved', purpose: 'pricing' }),
      request('req-5', { state: 'withdrawn' }),
    ]
    expect(similar(request('req-1'), all)).toMatchObject({ approved: 1, denied: 1, newest: [{ id: 'req-2' }, { id: 'req-3' }] })
  })

  it('is what the person and their groups hold', () => {
    const held = (id: string, subject: string, state = 'active') => ({ id, subject, state }) as EntitlementItem
    const items = [held('e1', 'user:ana'), held('e2', 'group:analysts'), held('e3', 'user:eve'), held('e4', 'user:ana', 'expired')]
    const asked = request('req-1', { to_decide: { groups: ['analysts'], holds: [], max_days: 90 } })
    expect(otherAccess(asked, items).map(({ id }) => id)).toEqual(['e1', 'e2'])
  })
})

describe('a decision', () => {
  it('changes terms only where it approves', () => {
    const form = { note: ' fine ', until: '2027-01-01', rows: 'eu' }
    expect(decisionOf('approve', form)).toEqual({ decision: 'approve', note: 'fine', until: '2027-01-01', rows: 'eu' })
    expect(decisionOf('deny', form)).toEqual({ decision: 'deny', note: 'fine' })
    expect(decisionOf('approve', { note: ' ', until: '', rows: '' })).toEqual({ decision: 'approve' })
  })
})
