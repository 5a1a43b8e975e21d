import { describe, expect, it } from 'vitest'
import { hides, levelOf, parseLineage, refocused, withHide } from './search'

describe('the address of the explorer', () => {
  it('keeps what it understands and leaves out the rest', () => {
    const raw = { focus: 'a.b', view: 'table', level: 'port', up: 3, down: 0, hide: 'own', sort: 'to', desc: true, find: 7 }
    expect(parseLineage(raw)).toEqual({ ...raw, find: '7' })
    expect(parseLineage({ focus: ' ', view: 'x', level: 1, up: -1, down: 11, sort: 'z', desc: 'yes', other: 1 })).toEqual({})
  })

  it('looks at what was asked about on the coarsest level that shows it', () => {
    expect(['a.b', 'a.b.c', 'a.b.c.d', 'a.b.c.d.e'].map((focus) => levelOf({ focus }))).toEqual(['product', 'port', 'column', 'column'])
    expect(levelOf({ focus: 'a.b.c.d', level: 'product' })).toBe('product')
  })

  it('hides one thing without showing the other', () => {
    expect(withHide({ hide: 'rows' }, 'own', true)).toBe('own,rows')
    expect(withHide({ hide: 'own,rows' }, 'own', false)).toBe('rows')
    expect(withHide({ hide: 'own' }, 'own', false)).toBeUndefined()
    expect([...hides({ hide: 'nothing,own' })]).toEqual(['own'])
  })

  it('keeps how it is looked at when something else is looked at', () => {
    expect(refocused({ focus: 'a.b', view: 'table', hide: 'own', asof: '2026-01-01', up: 3, sel: 'x', level: 'port' }, 'c.d')).toEqual({
      focus: 'c.d',
      view: 'table',
      hide: 'own',
      asof: '2026-01-01',
    })
  })
})
