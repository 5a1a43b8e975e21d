import { describe, expect, it } from 'vitest'
import { faultOf, filled, literalOf, namesOf, parametersOf, type Value } from './parameters'

const names = (sql: string) => namesOf(parametersOf(sql))
const text = (value: string): Value => ({ kind: 'text', text: value })
const number = (value: string): Value => ({ kind: 'number', text: value })

describe('parameters', () => {
  it('are names after a colon', () => {
    expect(names('SELECT * FROM t WHERE a = :from AND b<:to OR a = :from')).toEqual(['from', 'to'])
  })

  it('are not within strings, names, comments, casts or slices', () => {
    expect(names(`SELECT ':a', ":b", $$:c$$ -- :d\n /* :e */, x::text, '1'::date, a[1:n], y :: int`)).toEqual([])
    expect(names(`SELECT 'x':a`)).toEqual([])
  })
})

describe('literals', () => {
  it('mean the value and nothing else', () => {
    expect(literalOf(text(`'; DROP TABLE x --`))).toBe(`'''; DROP TABLE x --'`)
    expect(literalOf(text('\\'))).toBe(`'\\'`)
    expect(literalOf(number('12.5'))).toBe('12.5')
    expect(literalOf(number('-1e3'))).toBe('(-1e3)')
    expect(literalOf({ kind: 'date', text: '2026-02-28' })).toBe(`DATE '2026-02-28'`)
    expect(literalOf({ kind: 'boolean', text: 'true' })).toBe('true')
    expect(literalOf({ kind: 'null', text: 'ignored' })).toBe('NULL')
  })

  it('are refused where the value is none of its kind', () => {
    expect(faultOf(number('1; SELECT 2'))).toBeDefined()
    expect(faultOf({ kind: 'date', text: '2026-02-30' })).toBeDefined()
    expect(faultOf({ kind: 'boolean', text: 'yes' })).toBeDefined()
    expect(faultOf(text('a\0'))).toBeDefined()
    expect(() => literalOf(number('x'))).toThrow(RangeError)
  })
})

describe('a text with its values', () => {
  it('never forms a comment or a longer string', () => {
    expect(filled('1-:n', { n: number('-2') }).sql).toBe('1-(-2)')
    expect(filled(`:a'b'`, { a: text('x') }).sql).toBe(`'x' 'b'`)
  })

  it('does not look for parameters in values', () => {
    expect(filled(':a, :b', { a: text(':b'), b: text('y') }).sql).toBe(`':b', 'y'`)
  })

  it('knows where a place was before', () => {
    const sql = 'a = :x AND nope'
    const done = filled(sql, { x: text('long value') })
    expect(done.placeBefore(done.sql.indexOf('nope'))).toBe(sql.indexOf('nope'))
    expect(done.placeBefore(done.sql.indexOf('long'))).toBe(sql.indexOf(':x'))
    expect(done.placeBefore(1)).toBe(1)
  })

  it('needs every value, and takes none from elsewhere', () => {
    expect(() => filled(':toString', {})).toThrow('no value for toString')
  })
})
