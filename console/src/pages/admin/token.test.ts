import { expect, it } from 'vitest'
import { checkToken, scopeOf, scopeWords, tokenBody } from './token'

const form = { principal: ' ana ', label: '', scopes: [], purpose: '', until: '' }

it('sends only what was filled in', () => {
  expect(tokenBody(form)).toEqual({ principal: 'ana', scopes: [] })
  expect(tokenBody({ ...form, label: 'ci', scopes: ['query'], purpose: 'pricing', until: '2027-01-01' })).toEqual({
    principal: 'ana',
    scopes: ['query'],
    label: 'ci',
    purpose: 'pricing',
    until: '2027-01-01',
  })
})

it('names a scope in the server’s words and in ours', () => {
  expect(scopeOf('query', '')).toBe('query')
  expect(scopeOf('publish', ' claims ')).toBe('publish:claims')
  expect(scopeOf('publish', ' ')).toBeNull()
  expect(scopeWords('publish:claims')).toBe('Publish in claims')
  expect(scopeWords('new:thing')).toBe('new:thing')
})

it('says what is missing', () => {
  const now = new Date('2026-11-27T12:00:00Z')
  expect(checkToken(form, now)).toEqual({})
  expect(Object.keys(checkToken({ ...form, principal: ' ', until: '2026-11-27' }, now))).toEqual(['principal', 'until'])
})
