import { expect, it } from 'vitest'
import type { FoundItem } from '../../api/types'
import { sorted, sortsFor } from './order'
import { parseMarketplace } from './search'

const item = (reference: string, facts: Partial<FoundItem>) => ({ reference, ...facts }) as FoundItem
const items = [
  item('c', { access: 'no', freshness: 'ok', published_at: '2026-11-02T00:00:00Z' }),
  item('a', { access: 'yes', published_at: '2026-11-03T00:00:00Z' }),
  item('b', { access: 'requested', freshness: 'late', title: 'Zebra' }),
]
const names = (sort: 'name' | 'newest' | 'freshness' | 'access') => sorted(items, sort).map(({ reference }) => reference).join('')

it('puts products in order, what is not known last', () => {
  expect(names('name')).toBe('acb')
  expect(names('newest')).toBe('acb')
  expect(names('freshness')).toBe('bca')
  expect(names('access')).toBe('abc')
})

it('offers the newest only where instants are told', () => {
  expect(sortsFor(items)).toContain('newest')
  expect(sortsFor([item('d', {})])).not.toContain('newest')
})

it('understands the address, and leaves out what it does not know', () => {
  expect(parseMarketplace({ q: 2024, view: 'table', sort: 'access' })).toEqual({ q: '2024', view: 'table', sort: 'access' })
  expect(parseMarketplace({ view: 'globe', sort: 'price' })).toEqual({})
})
