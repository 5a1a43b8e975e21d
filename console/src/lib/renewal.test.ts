import { describe, expect, it } from 'vitest'
import type { EntitlementItem, RequestItem } from '../api/types'
import { expiring, renewalOf, waitingRenewal } from './renewal'

const now = new Date('2026-11-27T12:00:00Z')
const held = (id: string, until: string | null, change: Partial<EntitlementItem> = {}): EntitlementItem => ({
  id,
  subject: 'user:ana',
  product: 'a.b',
  purposes: ['fraud'],
  rows: 'default',
  clear: [],
  until,
  since: '2026-01-01T00:00:00Z',
  state: 'active',
  ...change,
})
const ids = (items: EntitlementItem[]) => expiring(items, now).map(({ id }) => id)

describe('what ends soon', () => {
  it('is active, ends within 14 days, the first first', () => {
    const items = [held('late', '2027-03-01T00:00:00Z', { product: 'x.y' }), held('b', '2026-12-05T00:00:00Z'), held('a', '2026-12-01T00:00:00Z', { product: 'c.d' })]
    expect(ids([...items, held('gone', '2026-12-01T00:00:00Z', { state: 'expired', product: 'e.f' }), held('ever', null, { product: 'g.h' })])).toEqual(['a', 'b'])
  })

  it('is not what a longer access on the same terms follows', () => {
    expect(ids([held('old', '2026-12-01T00:00:00Z'), held('new', '2027-02-01T00:00:00Z')])).toEqual([])
    expect(ids([held('old', '2026-12-01T00:00:00Z'), held('ever', null)])).toEqual([])
    expect(ids([held('old', '2026-12-01T00:00:00Z'), held('other', '2027-02-01T00:00:00Z', { purposes: ['pricing'] })])).toEqual(['old'])
  })
})

describe('a renewal', () => {
  it('asks for the same terms with the same reason', () => {
    const asked = [{ entitlement: 'ent-1', reason: 'to see' } as RequestItem]
    expect(renewalOf(held('ent-1', null), asked, 'user:ana')).toEqual({ product: 'a.b', purpose: 'fraud', reason: 'to see' })
    expect(renewalOf(held('ent-2', null, { subject: 'group:g', rows: 'eu', clear: ['pii.name'] }), asked, 'user:ana')).toEqual({
      product: 'a.b',
      purpose: 'fraud',
      reason: 'Renewal of ent-2',
      for: 'group:g',
      rows: 'eu',
      clear: ['pii.name'],
    })
  })

  it('is not possible for what no single request gave', () => {
    expect(renewalOf(held('e', null, { purposes: ['all'] }), [], 'user:ana')).toBeNull()
    expect(renewalOf(held('e', null, { purposes: ['a', 'b'] }), [], 'user:ana')).toBeNull()
  })

  it('is not asked for twice', () => {
    const request = { state: 'pending', product: 'a.b', subject: 'user:ana', purpose: 'fraud', rows: 'default' } as RequestItem
    expect(waitingRenewal(held('e', null), [request])).toBe(request)
    expect(waitingRenewal(held('e', null), [{ ...request, state: 'denied' }])).toBeUndefined()
    expect(waitingRenewal(held('e', null), [{ ...request, rows: 'all' }])).toBeUndefined()
  })
})
