import { expect, it } from 'vitest'
import type { ProductEvent } from '../../../api/product'
import { nameOf } from '../../../lib/words'
import { byDay, dayWords } from './days'
import { sentenceOf, textOf, versionBefore } from './sentence'

const said = (facts: Partial<ProductEvent>) =>
  textOf(sentenceOf({ seq: 1, at: '2026-11-27T10:00:00Z', about: 'access', what: '', ...facts }), nameOf)

it('says what happened to what is published', () => {
  expect(said({ what: 'published', by: 'user:emre', version: '1.0.0', publication: 'pub-12' })).toBe('emre published version 1.0.0 as publication pub-12')
  expect(said({ what: 'published', version: '1.0.0', publication: 'pub-12' })).toBe('Version 1.0.0 was published as publication pub-12')
  expect(said({ what: 'rolled-back', publication: 'pub-7' })).toBe('The product went back to publication pub-7, which is served again')
  expect(said({ what: 'given-up', publication: 'pub-1, pub-2' })).toBe(
    'The earlier publications pub-1 and pub-2 are no longer kept: nobody can go back to them',
  )
  expect(said({ what: 'given-up', publication: 'pub-1' })).toMatch(/^The earlier publication pub-1 is no longer kept/)
})

it('says who asked, for whom, and what became of it', () => {
  const ana = { subject: 'user:ana', request: 'req-1' }
  expect(said({ what: 'requested', by: 'user:ana', ...ana })).toBe('ana asked for access (req-1)')
  expect(said({ what: 'requested', by: 'user:edda', subject: 'service:svc-pricing', request: 'req-2' })).toBe(
    'edda asked for access for service svc-pricing (req-2)',
  )
  expect(said({ what: 'discussed', by: 'user:sam', subject: 'user:ana', request: 'req-2' })).toBe('sam wrote about the request of ana (req-2)')
  expect(said({ what: 'discussed', by: 'user:ana', subject: 'user:ana', request: 'req-2' })).toBe('ana wrote about their own request (req-2)')
  expect(said({ what: 'granted', subject: 'user:ana', entitlement: 'ent-3' })).toBe('ana got access (ent-3)')
  expect(said({ what: 'granted', by: 'user:sam', subject: 'user:ana', entitlement: 'ent-3' })).toBe('sam gave access to ana (ent-3)')
  expect(said({ what: 'denied', ...ana })).toBe('The request of ana was denied (req-1)')
  expect(said({ what: 'withdrawn', by: 'user:ana', ...ana })).toBe('ana took the request back (req-1)')
  expect(said({ what: 'revoked', by: 'user:stella', subject: 'user:ana' })).toBe('stella ended the access of ana')
  expect(said({ what: 'expired', by: 'user:stella', subject: 'user:ana' })).toBe('The access of ana ran out')
})

it('says what an owner and a steward changed', () => {
  expect(said({ what: 'declared', by: 'user:paul', version: '1.1.0', changed: ['contract', 'steps'] })).toBe(
    'paul applied version 1.1.0: the contract and how it is made are new',
  )
  expect(said({ what: 'declared', version: '1.1.0', changed: [] })).toBe('Version 1.1.0 was applied: nothing changed')
  expect(said({ what: 'declassified', by: 'user:sam', columns: ['signals.score'], classes: ['pii.national_id'] })).toBe(
    'sam took the class pii.national_id off signals.score',
  )
  expect(said({ what: 'inherited', by: 'user:sven', columns: ['a.b', 'a.c'], classes: ['pii'] })).toBe(
    'a.b and a.c took over pii from what they are made of',
  )
  expect(said({ what: 'pondered' })).toBe('Something happened: pondered')
})

it('compares a publication with the version before it, where that was another', () => {
  const items = ['2.0.0', '1.1.0', '1.1.0', '1.0.0'].map((version, at) => ({ publication: `pub-${9 - at}`, version, at: '', current: false }))
  expect(['pub-9', 'pub-8', 'pub-7', 'pub-6', 'pub-1', null].map((id) => versionBefore(items, id))).toEqual([
    '1.1.0',
    undefined,
    '1.0.0',
    undefined,
    undefined,
    undefined,
  ])
})

it('gathers what happened by its day', () => {
  const at = (instant: string) => ({ at: instant })
  const days = byDay([at('2026-11-27T23:59:00Z'), at('2026-11-27T00:00:00Z'), at('2026-11-26T23:59:00Z')])
  expect(days.map(({ day, items }) => [day, items.length])).toEqual([['2026-11-27', 2], ['2026-11-26', 1]])
  const now = new Date('2026-11-27T12:00:00Z')
  expect(dayWords('2026-11-27', now)).toBe('Today, Friday 27 November 2026')
  expect(dayWords('2026-11-26', now)).toBe('Yesterday, Thursday 26 November 2026')
  expect(dayWords('2026-10-01', now)).toBe('Thursday 1 October 2026')
})
