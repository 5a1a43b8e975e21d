import { expect, it } from 'vitest'
import type { FoundItem, ProductPage } from '../../api/types'
import { byDomain, namespaceOf, seenWords } from './catalogue'

const item = (reference: string, ...ports: string[]) => ({ reference, ports }) as unknown as FoundItem

it('groups products by domain', () => {
  const found = byDomain([item('policy.a'), item('claims.b'), item('policy.c')])
  expect(found.map(({ domain, products }) => [domain, products.length])).toEqual([['claims', 1], ['policy', 2]])
})

it('completes what the server showed, and no denied column', () => {
  const columns = [
    { name: 'id', type: 'integer', treatment: 'clear' },
    { name: 'Mail', type: 'string', treatment: 'token' },
    { name: 'secret', type: 'string', treatment: 'denied' },
  ]
  const page = { reference: 'claims.b', port_details: [{ name: 'p', columns }] } as unknown as ProductPage
  const names = namespaceOf([item('claims.b', 'p', 'q')], [page])
  expect(names).toEqual({
    claims: {
      b: {
        p: [
          { label: 'id', apply: 'id', detail: 'integer', type: 'property' },
          { label: 'Mail', apply: '"Mail"', detail: 'string, masked', type: 'property' },
        ],
        q: [],
      },
    },
  })
})

it('says what is seen, except of plain values', () => {
  expect([seenWords('clear'), seenWords(null), seenWords('denied')]).toEqual([
    null,
    'not visible to you under this purpose',
    'not visible to you',
  ])
  expect(seenWords('token')).toContain('token')
})
