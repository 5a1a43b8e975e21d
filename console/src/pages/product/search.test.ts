import { expect, it } from 'vitest'
import { parseProduct } from './search'

it('keeps what the tabs know, and nothing else', () => {
  expect(parseProduct({ days: 90, as: 'table', about: 'access', version: 'pub-12', publication: 'pub-7' })).toEqual({
    days: 90,
    as: 'table',
    about: 'access',
    version: 'pub-12',
    publication: 'pub-7',
  })
  expect(parseProduct({ days: 30, as: 'pie', about: 'gossip', depth: 9 })).toEqual({})
  expect(parseProduct({ days: 31, version: 2 })).toEqual({ version: '2' })
})
