import { expect, it } from 'vitest'
import { keptWords, sameSearch, searchOf } from './kept'

it('keeps the words and the narrowing, not the order, view and page', () => {
  expect(keptWords({ q: ' claims fraud ', domain: 'claims', access: 'no', sort: 'name', view: 'table', cursor: 'x' })).toBe(
    'claims fraud access:no domain:claims',
  )
  expect(keptWords({ view: 'table' })).toBe('')
})

it('opens as the state it was kept from', () => {
  for (const search of [{ q: 'claims fraud', domain: 'claims', tier: '1' }, { state: 'late' }, { q: 'col:customer_id', class: 'pii.email' }]) {
    expect(searchOf(keptWords(search))).toEqual(search)
  }
  expect(searchOf('')).toEqual({})
})

it('leaves what it does not know, and a second narrowing of a kind, among the words', () => {
  expect(searchOf('domain:a domain:b owner:eve access: <b>')).toEqual({ q: 'domain:b owner:eve access: <b>', domain: 'a' })
})

it('knows a search again however it was written', () => {
  expect(sameSearch('domain:claims  fraud', 'fraud domain:claims')).toBe(true)
  expect(sameSearch('fraud ring', 'ring fraud')).toBe(false)
})
