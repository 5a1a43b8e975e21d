import { expect, test } from 'vitest'
import { columnsFound, countWords, type Column } from './columns'

const column = (name: string, description: string, tags: string[] = []): Column => ({ name, type: 'string', nullable: true, description, tags })
const columns = [column('claim_id', 'The number of the claim'), column('born', 'Day of birth', ['pii.birth']), column('paid', 'Paid for the claim')]
const names = (words: string) => columnsFound(columns, words).map(({ name }) => name)

test('no words find every column', () => {
  expect(names(' ')).toEqual(['claim_id', 'born', 'paid'])
})

test('a column is found by its name, meaning, class or type, whatever the case', () => {
  expect(names('CLAIM')).toEqual(['claim_id', 'paid'])
  expect(names('pii')).toEqual(['born'])
  expect(names('string')).toHaveLength(3)
})

test('every word counts', () => {
  expect(names('claim paid')).toEqual(['paid'])
  expect(names('claim pii')).toEqual([])
})

test('the count names both numbers only where they differ', () => {
  expect(countWords(3, 3)).toBe('3 columns')
  expect(countWords(0, 1500)).toBe('0 of 1,500 columns')
})
