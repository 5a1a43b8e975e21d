import { describe, expect, it } from 'vitest'
import type { ProductPage } from '../../../api/types'
import { firstQuery, productsNamed, written } from './names'
import { offsetOf, wordAt } from './place'
import { piecesOf } from './scan'
import { chosenStatement, statementsOf } from './statements'

const parts = (text: string) => piecesOf(text).map(({ kind, from, to }) => [kind, text.slice(from, to)])

describe('pieces of SQL', () => {
  it('are what PostgreSQL takes for strings, names and comments', () => {
    expect(parts(`a 'it''s' b`)).toEqual([['code', 'a '], ['quoted', `'it''s'`], ['code', ' b']])
    expect(parts(`E'\\'' x`)).toEqual([['code', 'E'], ['quoted', `'\\''`], ['code', ' x']])
    expect(parts(`'\\' x`)).toEqual([['quoted', `'\\'`], ['code', ' x']])
    expect(parts(`$a$ $b$ ' $a$;`)).toEqual([['quoted', `$a$ $b$ ' $a$`], ['code', ';']])
    expect(parts(`/* a /* b */ c */d--e\nf`)).toEqual([
      ['comment', '/* a /* b */ c */'],
      ['code', 'd'],
      ['comment', '--e'],
      ['code', '\nf'],
    ])
    expect(parts(`"a""b`)).toEqual([['quoted', `"a""b`]])
    expect(parts('a$1$2')).toEqual([['code', 'a$1$2']])
  })

  it('cover the text', () => {
    const text = `SELECT $1, 'a''b' /* ; */ FROM "x;y" -- end`
    expect(parts(text).map(([, part]) => part).join('')).toBe(text)
  })
})

describe('the statement that runs', () => {
  const text = `SELECT ';' ;\n-- nothing\n;\nSELECT 2 `
  it('is one of those between semicolons that are no text', () => {
    expect(statementsOf(text).map(({ from, to }) => text.slice(from, to))).toEqual([`SELECT ';'`, 'SELECT 2'])
    expect(statementsOf(' -- no\n')).toEqual([])
  })

  it('is the selection, or the one at the cursor', () => {
    const chosen = (from: number, to = from) => {
      const range = chosenStatement(text, { from, to })
      return range && text.slice(range.from, range.to)
    }
    expect(chosen(3)).toBe(`SELECT ';'`)
    expect(chosen(text.length)).toBe('SELECT 2')
    expect(chosen(7, 11)).toBe(`';'`)
    expect(chosen(10, 11)).toBeNull()
  })
})

describe('places', () => {
  it('count characters as the server does', () => {
    expect(offsetOf('SELECT 1,\n  x', { line: 2, column: 3 })).toBe(12)
    expect(offsetOf(`SELECT '😀', foo`, { line: 1, column: 13 })).toBe(13)
    expect(offsetOf('SELECT', { line: 3, column: 1 })).toBeNull()
  })

  it('underline a word, or a character', () => {
    expect(wordAt('SELECT a.b, c', 7)).toEqual({ from: 7, to: 10 })
    expect(wordAt('SELECT (', 7)).toEqual({ from: 7, to: 8 })
    expect(wordAt('SELECT', 6)).toEqual({ from: 5, to: 6 })
    expect(wordAt('', 0)).toEqual({ from: 0, to: 0 })
  })
})

describe('names', () => {
  it('are quoted where they must be', () => {
    expect([written('amount'), written('Total'), written('order'), written('a"b')]).toEqual(['amount', '"Total"', '"order"', '"a""b"'])
  })

  it('of a first query are the columns the person may see', () => {
    const column = (name: string, treatment: string | null) => ({ name, treatment })
    const port = { name: 'signals', columns: [column('id', 'clear'), column('Email', 'token'), column('secret', 'denied')] }
    const page = { reference: 'claims.fraud', port_details: [port] } as unknown as ProductPage
    expect(firstQuery(page, page.port_details[0]!)).toBe('SELECT id, "Email"\nFROM claims.fraud.signals\nLIMIT 100')
    const none = { ...page.port_details[0]!, columns: [column('id', null)] } as never
    expect(firstQuery(page, none)).toContain('SELECT *\n')
  })

  it('of products are found whole', () => {
    const known = ['claims.fraud', 'claims.fraud_signals']
    expect(productsNamed('FROM claims.fraud_signals.signals', known)).toEqual(['claims.fraud_signals'])
    expect(productsNamed('from "claims"."fraud" x', known)).toEqual(['claims.fraud'])
    expect(productsNamed('my_claims.fraud', known)).toEqual([])
  })
})
