import { expect, it } from 'vitest'
import type { HistoryItem } from '../../../api/product'
import { cellOf, stripWords } from './history'

const item = (quality: Record<string, number>): HistoryItem => ({ publication: 'pub-1', version: '1.0.0', at: '', current: false, quality })

it('takes a rule that failed or could not be run for a failure', () => {
  expect(cellOf(item({ passed: 35, failed: 0, not_evaluated: 0 }))).toMatchObject({ look: 'passed', words: '35 rules passed' })
  expect(cellOf(item({ passed: 34, failed: 1, not_evaluated: 2 }))).toMatchObject({ look: 'failed', words: '34 rules passed, 1 failed, 2 not evaluated' })
  expect(cellOf(item({ passed: 34, error: 1 }))).toMatchObject({ look: 'failed', failed: 1 })
})

it('never takes what was not evaluated for a pass', () => {
  expect(cellOf(item({ passed: 1, not_evaluated: 1 }))).toMatchObject({ look: 'open', words: '1 rule passed, 1 not evaluated' })
  expect(cellOf(item({})).look).toBe('open')
})

it('sums the strip up', () => {
  const good = item({ passed: 3 })
  const bad = item({ passed: 2, failed: 1 })
  expect(stripWords([good])).toBe('No rule failed in the only publication.')
  expect(stripWords([bad])).toBe('A rule failed in the only publication.')
  expect(stripWords([good, good])).toBe('No rule failed in the 2 newest publications.')
  expect(stripWords([bad, good, good])).toBe('Rules failed in 1 of the 3 newest publications.')
})
