import { expect, it } from 'vitest'
import type { ChangeItem, Difference, ReaderUse } from '../../api/types'
import { brokenFor, countWords, grouped, versionWords } from './verdict'

const change = (verdict: string, port?: string, column?: string): ChangeItem => ({
  verdict,
  port: port ?? null,
  column: column ?? null,
  what: 'it changed',
  why: 'so',
})

it('counts by how far changes reach, heaviest first', () => {
  const changes = [change('documentation'), change('breaking'), change('additive'), change('breaking')]
  expect(countWords(changes)).toBe('2 breaking, 1 additive, 1 documentation')
  expect(grouped([change('something newer')])[0]?.[0]).toBe('breaking')
})

it('says whether the version says what the change is', () => {
  const difference: Difference = { old: '1.0.0', new: '2.0.0', verdict: 'breaking', least: '2.0.0', changes: [] }
  expect(versionWords(difference)).toBe('A change like this after 1.0.0 needs version 2.0.0 or higher, and it is 2.0.0.')
  expect(versionWords({ ...difference, new: '1.1.0' })).toMatch(/1.1.0 is too low/)
  expect(versionWords({ ...difference, verdict: null })).toBe('1.0.0 and 2.0.0 promise the same.')
})

it('tells which of a reader’s columns break', () => {
  const reader = { port: 'a.b.rows', columns: ['phone', 'name'] } as ReaderUse
  const changes = [change('breaking', 'rows', 'phone'), change('breaking', 'rows', 'fax'), change('additive', 'rows', 'name')]
  expect(brokenFor(reader, changes, 'a.b')).toEqual(['phone'])
  expect(brokenFor(reader, changes, 'a.c')).toEqual([])
  expect(brokenFor(reader, [change('breaking', 'rows')], 'a.b')).toEqual(['rows'])
})
