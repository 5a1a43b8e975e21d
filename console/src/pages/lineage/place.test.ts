import { describe, expect, it } from 'vitest'
import { focusOf, focusText, placeOf } from './place'

describe('an end of a dependence', () => {
  it('is a column or the rows of a port', () => {
    expect(placeOf('claims.fraud_signals.signals.score')).toEqual({
      kind: 'port',
      domain: 'claims',
      product: 'claims.fraud_signals',
      table: 'claims.fraud_signals.signals',
      column: 'score',
    })
    expect(placeOf('claims.fraud_signals.signals').column).toBeNull()
  })

  it('is a domain’s own table', () => {
    expect(placeOf('claims/silver.trips.km')).toMatchObject({ kind: 'own', domain: 'claims', table: 'claims/silver.trips', column: 'km' })
    expect(placeOf('claims/silver.trips')).toMatchObject({ table: 'claims/silver.trips', column: null })
  })

  it('keeps a column’s name whole, whatever it holds', () => {
    expect(placeOf('a.b.c.d.e/f')).toMatchObject({ kind: 'port', table: 'a.b.c', column: 'd.e/f' })
    expect(placeOf('a/silver.t.x.y/z')).toMatchObject({ kind: 'own', table: 'a/silver.t', column: 'x.y/z' })
  })

  it('is nameless where it may not be told, or is not understood', () => {
    expect(placeOf('(not visible)').kind).toBe('hidden')
    expect(placeOf('x').kind).toBe('hidden')
  })
})

it('takes what is asked about apart and puts it together again', () => {
  for (const text of ['a.b', 'a.b.c', 'a.b.c.d', 'a.b.c.d.e']) expect(focusText(focusOf(text))).toBe(text)
  expect(focusText({ product: 'a.b', port: null, column: 'lost' })).toBe('a.b')
})
