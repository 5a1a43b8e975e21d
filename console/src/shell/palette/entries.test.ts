import { expect, it } from 'vitest'
import { matching, moved, type Entry } from './entries'

const entry = (group: Entry['group'], text: string): Entry => ({ id: text, group, text, run: () => {} })

it('keeps what has every word, pages first, and what the server found', () => {
  const entries = [entry('Actions', 'Theme: Dark'), entry('Products', 'Fraud signals'), entry('Pages', 'My access'), entry('Actions', 'Sign out')]
  const texts = (typed: string) => matching(entries, typed).map(({ text }) => text)
  expect(texts('')).toEqual(['My access', 'Fraud signals', 'Theme: Dark', 'Sign out'])
  expect(texts('dark  THEME')).toEqual(['Fraud signals', 'Theme: Dark'])
  expect(texts('acc')).toEqual(['My access', 'Fraud signals'])
})

it('moves round at both ends, and stays within a list that became shorter', () => {
  expect(moved(0, 'ArrowUp', 3)).toBe(2)
  expect(moved(2, 'ArrowDown', 3)).toBe(0)
  expect(moved(7, '', 3)).toBe(2)
  expect(moved(0, 'ArrowDown', 0)).toBe(0)
})
