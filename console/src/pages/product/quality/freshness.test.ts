import { expect, it } from 'vitest'
import { barOf, freshnessOf, minutesOf, spanWords } from './freshness'

it('reads and writes spans', () => {
  expect(['90s', '15m', '1h', '7d', 'soon', ''].map(minutesOf)).toEqual([1.5, 15, 60, 10_080, undefined, undefined])
  expect([0, 0.5, 38, 60, 125, 1_440, 4_560].map(spanWords)).toEqual(['0 min', '30 s', '38 min', '1 h', '2 h 5 min', '1 d', '3 d 4 h'])
})

const page = { freshness: 'ok', fresh_within: '1h', lag_minutes: 38, ports: ['rows'] }
const readAt = Date.parse('2026-11-27T12:00:00Z')

it('says how much of a promise is used', () => {
  expect(freshnessOf(page, readAt)?.words).toBe('38 min of 1 h used.')
  expect(freshnessOf({ ...page, freshness: 'due', lag_minutes: 52 }, readAt)?.words).toBe('52 min of 1 h used: new data is due.')
})

it('says since when a promise is broken', () => {
  const late = freshnessOf({ ...page, freshness: 'late', lag_minutes: 185 }, readAt)
  expect(late?.words).toBe('The newest data is 3 h 5 min old, 2 h 5 min older than the 1 h that is promised.')
  expect(late?.lateSince).toBe('2026-11-27T09:55:00.000Z')
})

it('computes nothing from facts of different ports', () => {
  const two = { ...page, freshness: 'late', ports: ['a', 'b'] }
  expect(freshnessOf({ ...two, lag_minutes: 185 }, readAt)?.lateSince).toBeUndefined()
  expect(freshnessOf(two, readAt)?.words).toMatch(/one of the ports has older data/)
})

it('says nothing without a promise or data', () => {
  expect(freshnessOf({ ...page, fresh_within: null }, readAt)).toBeNull()
  expect(freshnessOf({ ...page, lag_minutes: null }, readAt)).toBeNull()
  expect(freshnessOf({ ...page, freshness: null }, readAt)).toBeNull()
})

it('draws what is used, and what is over it', () => {
  expect(barOf({ within: 60, lag: 30 })).toEqual({ used: 50, over: 0, promise: 100 })
  expect(barOf({ within: 60, lag: 120 })).toEqual({ used: 50, over: 50, promise: 50 })
})

it('does not contradict the state', () => {
  expect(freshnessOf({ ...page, freshness: 'late', fresh_within: '90s', lag_minutes: 1 }, readAt)?.words).toBe('The newest data is 1 min old, older than the 1 min that is promised.')
  expect(freshnessOf({ ...page, lag_minutes: 200 }, readAt)?.words).toMatch(/^Kept:/)
})
