import { expect, it } from 'vitest'
import type { WhoAmI } from '../api/types'
import { PAGES, pageOfKey, pagesFor } from './pages'

it('has one key and one address for each page', () => {
  const keys = PAGES.flatMap(({ key }) => key ?? [])
  expect(new Set(keys).size).toBe(keys.length)
  expect(new Set(PAGES.map(({ to }) => to)).size).toBe(PAGES.length)
})

it('lists for everybody what says nothing else', () => {
  const open = PAGES.filter(({ who }) => who === undefined).length
  expect(pagesFor(undefined)).toHaveLength(open)
  expect(pageOfKey('i', { principal: 'user:ana' } as WhoAmI)?.to).toBe('/inbox')
  expect(pageOfKey('Escape', undefined)).toBeUndefined()
})
