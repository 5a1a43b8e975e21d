import { expect, it } from 'vitest'
import type { PublicationItem } from '../../api/types'
import { choicesOf, comparedWith, contractChoices, contractWords, defaultPair, isAtLeast } from './versions'

const released = (...versions: string[]): PublicationItem[] =>
  versions.map((version, at) => ({ publication: `pub-${9 - at}`, version, at: '2026-11-27T00:00:00Z', current: at === 0 }))

it('offers each version once, however often it was published', () => {
  expect(choicesOf(released('2.0.0', '1.1.0', '1.1.0', '1.0.0'), false).map(({ text }) => text)).toEqual([
    '2.0.0 (current)',
    '1.1.0',
    '1.0.0',
  ])
})

it('offers what is not published yet to people of the domain only', () => {
  expect(choicesOf(released('1.0.0'), true).map(({ value }) => value)).toEqual(['declared', '1.0.0'])
  expect(defaultPair(released('1.0.0'), true)).toEqual({ from: '1.0.0', to: 'declared' })
  expect(defaultPair(released('1.0.0'), false)).toBeNull()
})

it('compares what is served with the version before it', () => {
  expect(defaultPair(released('2.0.0', '2.0.0', '1.1.0', '1.0.0'), true)).toEqual({ from: '1.1.0', to: '2.0.0' })
  expect(defaultPair([], false)).toBeNull()
  const rolledBack = released('2.0.0', '1.0.0').map((item) => ({ ...item, current: item.version === '1.0.0' }))
  expect(defaultPair(rolledBack, false)).toEqual({ from: '1.0.0', to: '2.0.0' })
})

it('orders versions by number', () => {
  expect(isAtLeast('1.10.0', '1.9.0')).toBe(true)
  expect(isAtLeast('2.0.0', '2.0.0')).toBe(true)
  expect(isAtLeast('1.9.9', '2.0.0')).toBe(false)
  expect(isAtLeast('pub-3', '1.0.0')).toBe(false)
})

it('offers the contracts of the versions before what is served', () => {
  const texts = (member: boolean) => contractChoices(released('2.0.0', '1.1.0', '1.1.0'), member).map(({ text }) => text)
  expect(texts(false)).toEqual(['2.0.0 (served now)', '1.1.0'])
  expect(texts(true)).toEqual(['2.0.0 (served now)', 'applied, not published', '1.1.0'])
  expect(contractChoices([], true).map(({ text }) => text)).toEqual(['the draft'])
})

it('says which contract it is', () => {
  expect(contractWords(undefined, false)).toMatch(/of the draft/)
  expect(contractWords('pub-12', true)).toMatch(/that pub-12 was published under/)
  expect(contractWords('1.0.0', true)).toMatch(/of version 1\.0\.0/)
})

it('compares an older contract with what is served, and that with what is to come', () => {
  expect(comparedWith(undefined)).toEqual({})
  expect(comparedWith('1.0.0')).toEqual({ from: '1.0.0', to: 'current' })
  expect(comparedWith('declared')).toEqual({ from: 'current', to: 'declared' })
})
