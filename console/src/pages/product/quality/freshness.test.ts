import { expect, it } from 'vitest'
import { barOf, freshnessOf, promisedMinutes } from './freshness'

const promise = { within: '1h', newest: '2026-11-27T09:00:00Z', late_from: '2026-11-27T10:00:00Z', state: 'ok' }
const at = (time: string) => Date.parse(`2026-11-27T${time}Z`)

it('says how much of a promise is used', () => {
  expect(promisedMinutes(promise)).toBe(60)
  expect(freshnessOf(promise, at('09:38:00'))).toEqual({ within: 60, lag: 38, words: '38 min of 1 h used.' })
  expect(freshnessOf({ ...promise, state: 'due' }, at('09:52:00')).words).toBe('52 min of 1 h used: new data is due.')
})

it('says by how much a promise is broken', () => {
  expect(freshnessOf({ ...promise, state: 'late' }, at('12:05:00')).words).toBe(
    'The newest data is 3 h 5 min old, 2 h 5 min older than the 1 h that is promised.',
  )
})

it('does not contradict the state where the clocks differ', () => {
  expect(freshnessOf({ ...promise, state: 'late' }, at('09:59:00')).words).toBe('The newest data is 1 h old, older than the 1 h that is promised.')
  expect(freshnessOf(promise, at('10:05:00')).words).toBe('1 h of 1 h used.')
  expect(freshnessOf(promise, at('08:59:00')).words).toBe('0 min of 1 h used.')
})

it('draws what is used, and what is over it', () => {
  expect(barOf({ within: 60, lag: 30 })).toEqual({ used: 50, over: 0, promise: 100 })
  expect(barOf({ within: 60, lag: 120 })).toEqual({ used: 50, over: 50, promise: 50 })
})
