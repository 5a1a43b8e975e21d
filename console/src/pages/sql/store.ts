import { useSyncExternalStore } from 'react'
import { onSessionEnd } from '../../api/session'
import type { Saved } from './saved/saved'
import type { Kept, Message, QueryTab } from './tab'

export type Workbench = {
  /** Whose it is; anybody else begins with an empty one. */
  owner: string | null
  tabs: readonly QueryTab[]
  current: number
  history: readonly Kept[]
}

const MOST_KEPT = 200
const MOST_MESSAGES = 50

const EMPTY: Workbench = { owner: null, tabs: [], current: 0, history: [] }

/**
 * The workbench lives in the memory of this browser tab: leaving the page, or signing in again after a session ended, brings the
 * texts back; closing the tab loses them. Nothing of it is stored.
 */
let now: Workbench = EMPTY
let ids = 0
const listeners = new Set<() => void>()

export function newId(): number {
  ids += 1
  return ids
}

function change(next: Workbench): void {
  now = next
  listeners.forEach((listener) => listener())
}

export function workbench(): Workbench {
  return now
}

export function useWorkbench(): Workbench {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => now,
  )
}

/** Makes the workbench that of a person; anybody else begins with an empty one. */
export function claim(owner: string): void {
  if (now.owner === owner) return
  stopAll()
  change({ ...EMPTY, owner })
  openTab()
}

// A session that the server ended leaves the texts for the same person, and no row; whoever signs out leaves nothing.
onSessionEnd((ended) => {
  stopAll()
  if (ended === 'by-person') change(EMPTY)
  else change({ ...now, tabs: now.tabs.map((tab) => ({ ...tab, run: null, plan: null, messages: [] })) })
})

function stopAll(): void {
  for (const { run } of now.tabs) if (run?.state === 'running') run.stop()
}

export function changeTab(id: number, changes: Partial<QueryTab> | ((tab: QueryTab) => Partial<QueryTab>)): void {
  change({
    ...now,
    tabs: now.tabs.map((tab) =>
      tab.id === id ? { ...tab, ...(typeof changes === 'function' ? changes(tab) : changes) } : tab,
    ),
  })
}

type Start = { name?: string; text?: string; origin?: string; saved?: Saved; purpose?: string | undefined }

export function openTab({ saved, purpose, ...start }: Start = {}): number {
  const id = newId()
  const taken = new Set(now.tabs.map(({ name }) => name))
  let number = now.tabs.length + 1
  while (taken.has(`Query ${number}`)) number += 1
  const tab: QueryTab = {
    id,
    name: start.name ?? `Query ${number}`,
    text: start.text ?? '',
    run: null,
    plan: null,
    messages: [],
    ...(start.origin === undefined ? {} : { origin: start.origin }),
    ...(saved === undefined ? {} : { saved, purpose }),
  }
  change({ ...now, tabs: [...now.tabs, tab], current: id })
  return id
}

/** Another text in a tab, from outside the editor: it takes the tab for a new one. */
export function replaceText(id: number, text: string): void {
  const next = newId()
  changeTab(id, { id: next, text })
  if (now.current === id) change({ ...now, current: next })
}

export function showTab(id: number): void {
  change({ ...now, current: id })
}

/** Closes a tab and ends what runs in it; the last one is followed by an empty one. */
export function closeTab(id: number): void {
  const at = now.tabs.findIndex((tab) => tab.id === id)
  const tab = now.tabs[at]
  if (tab === undefined) return
  if (tab.run?.state === 'running') tab.run.stop()
  const tabs = now.tabs.filter((other) => other !== tab)
  const next = now.current === id ? (tabs[at] ?? tabs[at - 1])?.id : now.current
  change({ ...now, tabs, current: next ?? 0 })
  if (tabs.length === 0) openTab()
}

export function say(id: number, message: Omit<Message, 'id' | 'at'>): void {
  const entry = { ...message, id: newId(), at: new Date().toISOString() }
  changeTab(id, (tab) => ({ messages: [entry, ...tab.messages].slice(0, MOST_MESSAGES) }))
}

export function keep(entry: Omit<Kept, 'id' | 'at'>): void {
  const kept = { ...entry, id: newId(), at: new Date().toISOString() }
  change({ ...now, history: [kept, ...now.history].slice(0, MOST_KEPT) })
}
