import { beforeEach, expect, it } from 'vitest'
import type { QueryPage } from '../../../api/desk'
import { beginSession, endSession } from '../../../api/session'
import { changeTab, claim, openTab, showTab, workbench } from '../store'
import { hasChanges } from './saved'
import { described, keptIn, lost, openSaved, tabOf, takeNewer } from './tabs'

const page = (id: string, facts: Partial<QueryPage> = {}): QueryPage => ({
  id,
  name: `Query of ${id}`,
  owner: 'user:ana',
  mine: true,
  changed_at: '2026-11-27T10:00:00Z',
  sql: `SELECT '${id}'`,
  ...facts,
})
const shown = () => workbench().tabs.find(({ id }) => id === workbench().current)

beforeEach(() => {
  beginSession('tsr_1')
  endSession('by-person')
  beginSession('tsr_1')
  claim('user:ana')
})

it('opens in the place of an empty tab, and once', () => {
  openSaved(page('a'))
  expect(workbench().tabs.map(({ name }) => name)).toEqual(['Query of a'])
  const first = workbench().current
  changeTab(first, { text: 'SELECT changed' })
  openSaved(page('b'))
  openSaved(page('a'))
  expect(workbench().current).toBe(first)
  expect(shown()?.text).toBe('SELECT changed')
  expect(workbench().tabs).toHaveLength(2)
})

it('keeps changes while other tabs are shown and after the session ended', () => {
  openSaved(page('a'))
  const id = workbench().current
  changeTab(id, { text: 'SELECT changed' })
  openTab()
  showTab(id)
  endSession('by-server')
  claim('user:ana')
  expect(shown()).toMatchObject({ text: 'SELECT changed', saved: { id: 'a' } })
  expect(hasChanges(shown()!)).toBe(true)
})

it('counts as a change what is typed while it is being saved', () => {
  const id = workbench().current
  changeTab(id, { text: 'SELECT later' })
  keptIn(id, page('a', { sql: 'SELECT sent' }))
  expect(shown()).toMatchObject({ name: 'Query of a', text: 'SELECT later' })
  expect(hasChanges(shown()!)).toBe(true)
})

it('takes another name over, and another text only when it is told to', () => {
  openSaved(page('a'))
  const before = workbench().current
  const renamed = page('a', { name: 'Renamed', sql: 'SELECT theirs', changed_at: '2026-11-27T11:00:00Z' })
  described(renamed)
  expect(shown()).toMatchObject({ name: 'Renamed', text: "SELECT 'a'", saved: { changedAt: '2026-11-27T10:00:00Z' } })
  takeNewer(before, renamed)
  expect(shown()).toMatchObject({ text: 'SELECT theirs', saved: { changedAt: '2026-11-27T11:00:00Z' } })
  expect(shown()?.id).not.toBe(before)
  expect(hasChanges(shown()!)).toBe(false)
})

it('keeps the text of a query that is gone', () => {
  openSaved(page('a'))
  lost('a')
  expect(tabOf('a')).toBeUndefined()
  expect(shown()).toMatchObject({ text: "SELECT 'a'", lost: 'a' })
})
