import { expect, it, vi } from 'vitest'
import type { Session } from '../../api/session'
import { changeTab, claim, closeTab, openTab, say, workbench } from './store'

const session = (): Session => ({ token: 'tsr_1', ended: null })
const texts = () => workbench().tabs.map(({ text }) => text)

it('keeps the texts of a person whose session ended, and not the rows', () => {
  const stop = vi.fn()
  claim('user:ana', session())
  const [first] = workbench().tabs
  changeTab(first!.id, { text: 'SELECT 1', run: { state: 'running', since: 0, rows: 0, stop } })
  say(first!.id, { tone: 'plain', text: 'value' })
  claim('user:ana', session())
  expect(texts()).toEqual(['SELECT 1'])
  expect(workbench().tabs[0]).toMatchObject({ run: null, messages: [] })
  expect(stop).toHaveBeenCalledOnce()
})

it('is empty for anybody else', () => {
  claim('user:ana', session())
  changeTab(workbench().current, { text: 'SELECT secret' })
  claim('user:stella', session())
  expect(texts()).toEqual([''])
  claim('user:ana', session())
  expect(texts()).toEqual([''])
})

it('has always a tab, and names that differ', () => {
  claim('user:tim', session())
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
