import { expect, it } from 'vitest'
import { lineOf } from './history'

const item = (decision: unknown, finished: unknown) => ({
  at: '2026-01-01T00:00:00Z',
  statement: { id: 'q', purpose: 'fraud', objects: [{ product: 'a.b', port: 'c' }], decision },
  finished,
})

it('says how a statement ended', () => {
  const outcomes = [
    item('allowed', { rows: 3, millis: 5 }),
    item('allowed', null),
    item({ refused: 'not-found' }, null),
    item('allowed', { rows: 0, millis: 9, error: 'cancelled' }),
    item('allowed', { rows: 0, millis: 9, error: 'limit-memory' }),
  ].map((entry) => {
    const { outcome, code, rows } = lineOf(entry)
    return [outcome, code, rows]
  })
  expect(outcomes).toEqual([
    ['answered', null, 3],
    ['running', null, null],
    ['refused', 'not-found', null],
    ['cancelled', 'cancelled', null],
    ['failed', 'limit-memory', null],
  ])
})

it('reads what is there and survives what is not', () => {
  expect(lineOf(item('allowed', null)).read).toEqual(['a.b.c'])
  expect(lineOf({})).toMatchObject({ id: '', purpose: null, read: [], rows: null })
})
