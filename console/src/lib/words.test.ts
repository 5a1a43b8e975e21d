import { expect, it } from 'vitest'
import { counted, sentence } from './words'

it('counts in words', () => {
  expect([counted(0, 'row'), counted(1, 'row'), counted(1204, 'row'), counted(2, 'box', 'boxes')]).toEqual(['0 rows', '1 row', '1,204 rows', '2 boxes'])
})

it('makes a sentence of a message that fits anywhere', () => {
  expect(sentence('there is no such request')).toBe('There is no such request.')
  expect(sentence('really?')).toBe('Really?')
})
