import { beforeEach, expect, it, vi } from 'vitest'
import { beginSession, endSession } from '../../api/session'
import { changeTab, claim, closeTab, openTab, say, workbench } from './store'

const texts = () => workbench().tabs.map(({ text }) => text)

beforeEach(() => beginSession('tsr_1'))

it('keeps the texts of a person whose session the server ended, and not the rows', () => {
  const stop = vi.fn()
  claim('user:ana')
  const tab = workbench().current
  changeTab(tab, { text: 'SELECT 1', run: { state: 'running', since: 0, rows: 0, stop } })
  say(tab, { tone: 'plain', text: 'value' })
  endSession('by-server')
  expect(workbench().tabs[0]).toMatchObject({ run: null, messages: [] })
  expect(stop).toHaveBeenCalledOnce()
  claim('user:ana')
  expect(texts()).toEqual(['SELECT 1'])
})

it('is empty for anybody else', () => {
  claim('user:ana')
  changeTab(workbench().current, { text: 'SELECT secret' })
  endSession('by-server')
  claim('user:stella')
  expect(texts()).toEqual([''])
  claim('user:ana')
  expect(texts()).toEqual([''])
})

it('leaves nothing of a person who signs out', () => {
  claim('user:ana')
  changeTab(workbench().current, { text: 'SELECT secret' })
  endSession('by-person')
  expect(workbench()).toEqual({ owner: null, tabs: [], current: 0, history: [] })
})

it('has always a tab, and names that differ', () => {
  claim('user:tim')
  const first = workbench().current
  const second = openTab()
  openTab()
  closeTab(first)
  openTab()
  const names = workbench().tabs.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  closeTab(second)
  for (const { id } of workbench().tabs) closeTab(id)
  expect(workbench().tabs).toHaveLength(1)
  expect(workbench().tabs[0]?.id).toBe(workbench().current)
})
