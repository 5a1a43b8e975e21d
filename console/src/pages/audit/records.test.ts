import { expect, it } from 'vitest'
import { rangeBefore, type JournalRecord } from '../../api/audit'
import { kindWords, matching, objectOf, olderMayMatch, searchedWords } from './records'

const record = (seq: number, change: Partial<JournalRecord>): JournalRecord => ({
  seq,
  at: '2026-11-27T10:00:00Z',
  actor: 'user:ana',
  command_id: 'c-1',
  kind: 'access-requested',
  version: 1,
  body: {},
  hash: 'aa',
  ...change,
})

it('narrows by who, by day and by what is written', () => {
  const asked = record(1, { body: { product: 'claims.fraud_signals' } })
  const made = record(2, { actor: 'user:petra', kind: 'token-created', at: '2026-11-28T00:00:00Z' })
  const all = [asked, made]
  expect(matching(all, { actor: 'ANA' })).toEqual([asked])
  expect(matching(all, { text: 'Fraud_Signals' })).toEqual([asked])
  expect(matching(all, { text: 'token created' })).toEqual([made])
  expect(matching(all, { from: '2026-11-28' })).toEqual([made])
  expect(matching(all, { to: '2026-11-27' })).toEqual([asked])
  expect(matching(all, { actor: 'ana', text: 'token' })).toEqual([])
  expect(matching(all, {})).toEqual(all)
})

it('says what was not searched', () => {
  expect(searchedWords(3, { first: 501, last: 1000 }, true)).toBe('3 records match in records 501 to 1,000. Older ones are not searched yet.')
  expect(searchedWords(1, { first: 1, last: 1000 }, true)).toBe('1 record matches of all 1,000.')
  expect(searchedWords(500, { first: 501, last: 1000 }, false)).toBe('The newest: records 501 to 1,000.')
  expect(searchedWords(0, null, false)).toBe('The journal has no record.')
})

it('reads backwards to the first record and not beyond', () => {
  expect(rangeBefore(2001)).toEqual({ from: 1001, limit: 1000 })
  expect(rangeBefore(168)).toEqual({ from: 1, limit: 167 })
  expect(rangeBefore(1)).toBeNull()
})

it('stops where the first day lies before what is loaded', () => {
  expect(olderMayMatch(record(9, {}), { from: '2026-11-28' })).toBe(false)
  expect(olderMayMatch(record(9, {}), { from: '2026-11-27' })).toBe(true)
  expect(olderMayMatch(record(1, {}), {})).toBe(false)
})

it('names what a record is about', () => {
  expect(objectOf(record(1, { body: { principal: 'user:ana', product: 'claims.x', request: 'req-1' } }))).toBe('claims.x, req-1')
  expect(objectOf(record(1, { body: null }))).toBe('')
  expect(kindWords('product-published')).toBe('Product published')
})
