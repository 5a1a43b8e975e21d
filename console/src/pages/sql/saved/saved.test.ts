import { expect, it } from 'vitest'
import type { QueryItem, QueryPage } from '../../../api/desk'
import { parseSaved } from './search'
import { bodyOf, hasChanges, isNewer, lookedFor, savedOf, shareChoices, shareNote, shareWords } from './saved'

const page: QueryPage = {
  id: '1',
  name: 'Open claims',
  owner: 'user:ana',
  mine: true,
  purpose: 'fraud-detection',
  changed_at: '2026-11-27T10:00:00.1Z',
  sql: 'SELECT 1',
}

it('knows what differs from what is kept', () => {
  const saved = savedOf(page)
  expect(hasChanges({ text: 'SELECT 1' })).toBe(false)
  expect(hasChanges({ text: 'SELECT 1', saved })).toBe(false)
  expect(hasChanges({ text: 'SELECT 1', saved, purpose: 'fraud-detection' })).toBe(false)
  expect(hasChanges({ text: 'SELECT 1 ', saved })).toBe(true)
  expect(hasChanges({ text: 'SELECT 1', saved, purpose: 'pricing' })).toBe(true)
  expect(hasChanges({ text: 'SELECT 1', saved, purpose: '' })).toBe(true)
  expect(hasChanges({ text: 'SELECT 1', saved: { ...saved, purpose: null }, purpose: '' })).toBe(false)
})

it('sends what was typed, and leaves out nobody and no purpose', () => {
  expect(bodyOf({ name: ' Open ', shared: '' }, 'SELECT 1', '')).toEqual({ name: 'Open', sql: 'SELECT 1' })
  expect(bodyOf({ name: 'Open', shared: 'everybody' }, 'SELECT 1', 'audit')).toEqual({
    name: 'Open',
    sql: 'SELECT 1',
    purpose: 'audit',
    shared_with: 'everybody',
  })
})

it('offers nobody, the groups of the person, and everybody; what was chosen before stays a choice', () => {
  expect(shareChoices(['a', 'b'], '')).toEqual(['', 'group:a', 'group:b', 'everybody'])
  expect(shareChoices(['a'], 'group:left')).toEqual(['', 'group:a', 'group:left', 'everybody'])
  expect(shareChoices([], 'everybody')).toEqual(['', 'everybody'])
})

it('says who sees the text', () => {
  expect([null, '', 'everybody', 'group:a'].map(shareWords)).toEqual(['nobody', 'nobody', 'everybody', 'group a'])
  expect(shareNote('')).toBe('Only you see it.')
  expect(shareNote('group:a')).toBe('Everybody in the group a sees the text itself, with the values that are written in it.')
  expect(shareNote('everybody')).toMatch(/^Everybody who may sign in sees/)
})

it('finds by name, owner and purpose, among mine or others’', () => {
  const items = [
    page,
    { ...page, id: '2', name: 'Ring', owner: 'user:rajan', mine: false, purpose: null },
  ] as QueryItem[]
  const ids = (search: object) => lookedFor(items, search).map(({ id }) => id)
  expect(ids({})).toEqual(['1', '2'])
  expect(ids({ find: 'CLAIMS ana' })).toEqual(['1'])
  expect(ids({ find: 'rajan' })).toEqual(['2'])
  expect(ids({ find: 'fraud' })).toEqual(['1'])
  expect(ids({ whose: 'mine' })).toEqual(['1'])
  expect(ids({ whose: 'shared', find: 'claims' })).toEqual([])
})

it('understands any address of the list', () => {
  expect(parseSaved({ find: 7, whose: 'mine', cursor: 'c' })).toEqual({ find: '7', whose: 'mine', cursor: 'c' })
  expect(parseSaved({ find: ' ', whose: 'theirs' })).toEqual({})
})

it('tells a later change from an earlier one', () => {
  expect(isNewer('2026-11-27T10:00:01Z', page.changed_at)).toBe(true)
  expect(isNewer(page.changed_at, page.changed_at)).toBe(false)
  expect(isNewer('2026-11-27T09:00:00Z', page.changed_at)).toBe(false)
})
