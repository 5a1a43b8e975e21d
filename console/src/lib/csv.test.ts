import { describe, expect, it } from 'vitest'
import { csvText, parseCsv } from './csv'

describe('text for a spreadsheet', () => {
  it('quotes what would break a line or a field, and reads back as it was', () => {
    const rows = [
      ['a,b', 'say "x"', 'two\nlines'],
      ['', 'plain', 'ünï'],
    ]
    expect(parseCsv(csvText(['one', 'two', 'three'], rows))).toEqual({ header: ['one', 'two', 'three'], rows })
  })

  it.each(['=1+1', '+1+1', '-A1', ' =1', '|x', '@SUM(A1)', '\tx', '\r=1'])('makes no formula of %j', (value) => {
    expect(parseCsv(csvText(['name'], [[value]])).rows[0]?.[0]?.startsWith("'")).toBe(true)
  })

  it('makes no formula of a column’s title', () => {
    expect(csvText(['=cmd()'], [])).toBe("'=cmd()\r\n")
  })

  it('leaves numbers as they are', () => {
    expect(csvText(['n', 'text'], [[-5, '-5']])).toBe('n,text\r\n-5,-5\r\n')
  })
})
