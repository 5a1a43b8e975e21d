import { expect, it } from 'vitest'
import type { WhoAmI } from '../api/types'
import { PAGES, pageOfKey, pagesFor } from './pages'

const withRoles = (roles: string[]) => ({ principal: 'user:ana', roles }) as unknown as WhoAmI

it('has one key and one address for each page', () => {
  const keys = PAGES.flatMap(({ key }) => key ?? [])
  expect(new Set(keys).size).toBe(keys.length)
  expect(new Set(PAGES.map(({ to }) => to)).size).toBe(PAGES.length)
})

it('lists what is for everybody to everybody, and the rest to whom it is for', () => {
  const labels = (roles: string[]) => pagesFor(withRoles(roles)).map(({ label }) => label)
  expect(pagesFor(undefined)).toEqual(PAGES.filter(({ who }) => who === undefined))
  expect(labels([])).not.toContain('Audit')
  expect(labels(['auditors'])).toContain('Audit')
})

it('finds a page by its key', () => {
  expect(pageOfKey('i', withRoles([]))?.to).toBe('/inbox')
  expect(pageOfKey('Escape', undefined)).toBeUndefined()
})
