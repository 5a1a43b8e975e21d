import { expect, it } from 'vitest'
import { measureWords, promiseWords } from './rules'

it('says what a rule measures, and keeps what it does not know', () => {
  expect(['required', 'rowCount', 'medianAge'].map(measureWords)).toEqual(['missing values', 'rows', 'medianAge'])
})

it('promises none of what should not be there', () => {
  expect(promiseWords({ metric: 'required', expected: '0' })).toBe('none')
  expect(promiseWords({ metric: 'rowCount', expected: 'more than 20' })).toBe('more than 20')
  expect(promiseWords({ metric: 'sql', expected: '0' })).toBe('0')
})
