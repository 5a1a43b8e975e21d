import { expect, it } from 'vitest'
import type { StatementItem } from '../../api/sql'
import { lineOf } from './history'

type Decision = StatementItem['statement']['decision']
const object = { product: 'a.b', port: 'c', publication: 'pub-1', lane: 'fast' } as const
const item = (decision: Decision, finished: Partial<StatementItem['finished']>): StatementItem => ({
  seq: 1,
  at: '2026-01-01T00:00:00Z',
  statement: { id: 'q', principal: 'user:ana', epoch: 1, fingerprint: 'f', purpose: 'fraud', objects: [object], decision },
  finished: finished && { id: 'q', rows: 0, bytes: 0, millis: 0, ...finished },
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

it('says what was read, also where that is nothing', () => {
  const line = item('allowed', null)
  expect(lineOf(line).read).toEqual(['a.b.c'])
  const { objects: _, purpose: __, ...nothing } = line.statement
  expect(lineOf({ ...line, statement: nothing })).toMatchObject({ purpose: null, read: [], rows: null })
})
