import { expect, it } from 'vitest'
import type { FoundItem } from '../../api/types'
import { readersWords, sorted, sortsFor } from './order'
import { parseMarketplace, type Sort } from './search'

const item = (reference: string, facts: Partial<FoundItem>) => ({ reference, ...facts }) as FoundItem
const items = [
  item('c', { readers: 2, access: 'no', freshness: 'ok', published_at: '2026-11-02T00:00:00Z' }),
  item('a', { readers: 14, access: 'yes', published_at: '2026-11-03T00:00:00Z' }),
  item('b', { readers: 0, access: 'requested', freshness: 'late', title: 'Zebra' }),
]
const names = (sort: Sort) => sorted(items, sort).map(({ reference }) => reference).join('')

it('puts products in order, what is not known last', () => {
  expect(names('name')).toBe('acb')
  expect(names('newest')).toBe('acb')
  expect(names('freshness')).toBe('bca')
  expect(names('access')).toBe('abc')
  expect(names('readers')).toBe('acb')
})

it('offers the newest only where instants are told', () => {
  expect(sortsFor(items)).toContain('newest')
  expect(sortsFor([item('d', {})])).not.toContain('newest')
})

it('offers the most read only where somebody reads', () => {
  expect(sortsFor(items)).toContain('readers')
  expect(sortsFor([item('d', { readers: 0 })])).not.toContain('readers')
  expect(readersWords(1)).toBe('1 person or service read it in the last 90 days')
  expect(readersWords(1400)).toBe('1,400 people and services read it in the last 90 days')
})

it('understands the address, and leaves out what it does not know', () => {
  expect(parseMarketplace({ q: 2024, view: 'table', sort: 'access' })).toEqual({ q: '2024', view: 'table', sort: 'access' })
  expect(parseMarketplace({ view: 'globe', sort: 'price' })).toEqual({})
})
