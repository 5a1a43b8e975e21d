import { expect, it } from 'vitest'
import { forgetDrafts, readDraft, writeDraft } from './drafts'

const empty = { name: '', columns: [] as string[], days: 90 }

it('is there for the person who typed it, until they sign out', () => {
  writeDraft('domain', 'user:petra', { ...empty, name: 'legal' })
  expect(readDraft('domain', 'user:petra', empty).name).toBe('legal')
  expect(readDraft('domain', 'user:ana', empty)).toEqual(empty)
  forgetDrafts()
  expect(readDraft('domain', 'user:petra', empty)).toEqual(empty)
})

it('leaves out what does not fit', () => {
  writeDraft('domain', 'user:petra', { name: 7, columns: {}, days: 30, more: true })
  expect(readDraft('domain', 'user:petra', empty)).toEqual({ ...empty, days: 30 })
  sessionStorage.setItem('tessera.draft.user:petra.domain', '{broken')
  expect(readDraft('domain', 'user:petra', empty)).toEqual(empty)
})
