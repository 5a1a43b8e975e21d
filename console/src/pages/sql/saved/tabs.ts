import type { QueryPage } from '../../../api/desk'
import { changeTab, closeTab, openTab, replaceText, showTab, workbench } from '../store'
import type { QueryTab } from '../tab'
import { savedOf, type Saved } from './saved'

/** What happens to the workbench's tabs when saved queries are opened, kept, changed elsewhere or deleted. */
export function tabOf(id: string): QueryTab | undefined {
  return workbench().tabs.find(({ saved }) => saved?.id === id)
}

/** Shows a saved query; in the tab it is open in, with what was changed there. */
export function openSaved(page: QueryPage): void {
  const open = tabOf(page.id)
  if (open !== undefined) return showTab(open.id)
  const { tabs, current } = workbench()
  openTab({ name: page.name, text: page.sql, saved: savedOf(page), purpose: page.purpose ?? undefined })
  const before = tabs.find(({ id }) => id === current)
  if (before?.text === '' && before.run === null && before.saved === undefined) closeTab(current)
}

/** A tab's text is kept as this query now. What was typed since it was sent stays a change. */
export function keptIn(tab: number, page: QueryPage): void {
  changeTab(tab, { name: page.name, saved: savedOf(page), purpose: page.purpose ?? undefined, lost: undefined })
}

/** Name and readers of a query were changed in the list. */
export function described(page: QueryPage): void {
  const tab = tabOf(page.id)
  if (tab?.saved === undefined) return
  const { name, sharedWith, ...now } = savedOf(page)
  // Another text is for the person to take over; until then the tab knows the older one.
  const known: Saved = page.sql === tab.saved.text ? { ...now, name, sharedWith } : { ...tab.saved, name, sharedWith }
  changeTab(tab.id, { name, saved: known })
}

/** The query is gone, or no longer shared with this person: its text stays in the tab. */
export function lost(id: string): void {
  const tab = tabOf(id)
  if (tab !== undefined) changeTab(tab.id, { saved: undefined, purpose: undefined, lost: id })
}

/** Takes over what the query says now, and gives up what the tab says. */
export function takeNewer(tab: number, page: QueryPage): void {
  keptIn(tab, page)
  replaceText(tab, page.sql)
}
