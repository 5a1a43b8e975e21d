import { expect, it } from 'vitest'
import { columnError, listOf, nameError } from './names'

it('takes the names that the server takes', () => {
  for (const name of ['claims', 'a', 'claims_enriched', 'x9']) expect(nameError('product', name)).toBeUndefined()
  expect(nameError('group', 'fraud-analysts')).toBeUndefined()
  expect(nameError('group', 'a__b')).toBeUndefined()
  expect(nameError('domain', 'd'.repeat(24))).toBeUndefined()
})

it('refuses the names that the server refuses', () => {
  const hostile = ['', '..', 'a/b', 'a\\b', '%2e', 'a\0', 'a\r\nb', '\u202eabc', 'x'.repeat(300), '*', 'con', '.a', 'A', '9a']
  for (const name of [...hostile, 'a__b', 'gold', 'ä', 'a-b']) expect(nameError('product', name), name).toBeDefined()
  expect(nameError('domain', 'd'.repeat(25))).toBeDefined()
  expect(nameError('group', '-a')).toBeDefined()
  expect(nameError('term', 'gold')).toBeUndefined()
})

it('knows what a column may be called', () => {
  for (const name of ['claim_id', 'Größe', 'A-b']) expect(columnError(name)).toBeUndefined()
  for (const name of ['', 'a b', 'a,b', 'x=1', '_Batch', 'a\u202eb', 'x'.repeat(129)]) expect(columnError(name), name).toBeDefined()
})

it('reads a list as people write it', () => {
  expect(listOf(' a, b  c,,a ')).toEqual(['a', 'b', 'c'])
})
