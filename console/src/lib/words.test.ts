import { expect, it } from 'vitest'
import { counted, sentence } from './words'

it('counts in words', () => {
  expect([0, 1, 1204].map((count) => counted(count, 'row'))).toEqual(['0 rows', '1 row', '1,204 rows'])
  expect(counted(2, 'box', 'boxes')).toBe('2 boxes')
})

it('makes a sentence of a message that fits anywhere', () => {
  expect(sentence('there is no such request')).toBe('There is no such request.')
  expect(sentence('really?')).toBe('Really?')
})
