import { describe, expect, it } from 'vitest'
import type { ProductAccess } from '../../api/types'
import { EMPTY, checkCart, fitting, purposesOf, requestsOf, type Line } from './cart-form'

const line = (product: string, purposes: string[], max_days: number): Line => ({ product, access: { purposes, max_days } as ProductAccess })
const lines = [line('a.b', ['pricing', 'fraud'], 90), line('c.d', ['fraud'], 30)]
const now = new Date('2026-11-27T12:00:00Z')
const form = { ...EMPTY, purpose: 'fraud', reason: ' to see ' }

describe('the cart', () => {
  it('offers every purpose, the one for most products first', () => {
    expect(purposesOf(lines)).toEqual([
      { purpose: 'fraud', count: 2 },
      { purpose: 'pricing', count: 1 },
    ])
  })

  it('asks only for what is read for the purpose', () => {
    expect(fitting(lines, 'pricing').map(({ product }) => product)).toEqual(['a.b'])
    expect(requestsOf({ ...form, purpose: 'pricing' }, lines)).toEqual([{ product: 'a.b', purpose: 'pricing', reason: 'to see' }])
    expect(requestsOf({ ...form, subject: 'group:g', until: '2026-12-01' }, lines)[1]).toEqual({
      product: 'c.d',
      purpose: 'fraud',
      reason: 'to see',
      for: 'group:g',
      until: '2026-12-01',
    })
  })

  it('says what the form lacks, by the strictest of the products', () => {
    expect(checkCart(EMPTY, lines, now)).toMatchObject({ purpose: expect.any(String), reason: expect.any(String) })
    expect(checkCart(form, lines, now)).toEqual({})
    expect(checkCart({ ...form, until: '2027-01-20' }, lines, now).until).toMatch('30 days')
    expect(checkCart({ ...form, purpose: 'pricing', until: '2027-01-20' }, lines, now)).toEqual({})
  })
})
