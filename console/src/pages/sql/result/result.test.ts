import { describe, expect, it } from 'vitest'
import { tabSeparated } from './copy'
import { nextOrder, ordered } from './order'
import { RowsReader, cellText, type Row } from './rows'
import { marksOf } from './treatments'

const ANSWER =
  '{"query_id":"q","columns":[{"name":"a\\"rows\\":[","type":"string"},{"name":"b","type":"array"}],' +
  '"rows":[["x]}\\"",[1,{"k":"]"}]],["\\\\",null],["",[]]]}'

describe('reading an answer', () => {
  it('gives every row once, however the pieces are cut', () => {
    for (let size = 1; size <= ANSWER.length; size += 1) {
      const reader = new RowsReader()
      const rows: Row[] = []
      for (let at = 0; at < ANSWER.length; at += size) rows.push(...reader.read(ANSWER.slice(at, at + size)))
      expect(rows, `pieces of ${size}`).toEqual([['x]}"', [1, { k: ']' }]], ['\\', null], ['', []]])
      expect(reader.columns?.[0]?.name).toBe('a"rows":[')
      expect(reader.finished, `pieces of ${size}`).toBe(true)
    }
  })

  it('knows a whole answer from one that broke off', () => {
    for (const end of [1, 2, 3]) {
      const reader = new RowsReader()
      reader.read(ANSWER.slice(0, -end))
      expect(reader.finished).toBe(false)
    }
    const empty = new RowsReader()
    expect(empty.read('{"query_id":"q","columns":[],"rows":[]}')).toEqual([])
    expect(empty.finished).toBe(true)
  })
})

describe('order', () => {
  const sorted = (type: string, values: (string | number | null)[], descending = false) => {
    const rows = values.map((value) => [value])
    return [...ordered(rows, [{ name: 'a', type }], { column: 0, descending })].map((at) => values[at])
  }
  it('is that of the type, with NULL last', () => {
    expect(sorted('integer', ['10', null, '9', '-1'])).toEqual(['-1', '9', '10', null])
    expect(sorted('integer', ['10', null, '9', '-1'], true)).toEqual(['10', '9', '-1', null])
    expect(sorted('string', ['10', '9', 'B', 'a'])).toEqual(['10', '9', 'B', 'a'])
    expect(sorted('integer', ['9007199254740993', '9007199254740992'])).toEqual(['9007199254740992', '9007199254740993'])
    expect(sorted('decimal(38,2)', ['90071992547409930.20', '90071992547409930.1'])).toEqual([
      '90071992547409930.1',
      '90071992547409930.20',
    ])
    expect(sorted('number', ['NaN', 1.5, '-Infinity'])).toEqual(['-Infinity', 1.5, 'NaN'])
  })

  it('goes up, down and back', () => {
    const up = nextOrder(null, 1)
    const down = nextOrder(up, 1)
    expect([up, down, nextOrder(down, 1)]).toEqual([{ column: 1, descending: false }, { column: 1, descending: true }, null])
    expect(nextOrder(down, 0)).toEqual({ column: 0, descending: false })
  })
})

describe('copying', () => {
  const columns = [{ name: '=n', type: 'string' }]
  it('keeps values as they are, on one line each', () => {
    expect(tabSeparated(columns, [['a\tb\nc'], [null], ['=1+1']], false)).toBe('=n\na b c\n\n=1+1\n')
  })

  it('takes the effect of formulas away for spreadsheets, not that of numbers', () => {
    const rows = [['=HYPERLINK("x")'], ['-5.5'], ['@a'], ['-x'], [' =a'], ['a\n=b']]
    expect(tabSeparated(columns, rows, true).split('\n')).toEqual([
      `'=n`, `'=HYPERLINK("x")`, '-5.5', `'@a`, `'-x`, `' =a`, 'a =b', '',
    ])
  })

  it('writes nested values as JSON', () => {
    expect([cellText(['a', 1]), cellText(null), cellText(false)]).toEqual(['["a",1]', '', 'false'])
  })
})

describe('marks', () => {
  it('are on columns that come from masked ones, whatever they are called', () => {
    const columns = [
      { name: 'id', type: 'string' },
      { name: 'id', type: 'string', masked: [{ column: 'c.m.p.mail', treatment: 'partial (email)' }, { column: 'c.m.p.name', treatment: 'token' }] },
    ]
    expect(marksOf(columns)).toEqual([
      null,
      [
        { source: 'c.m.p.mail', words: 'A part of the value (email)' },
        { source: 'c.m.p.name', words: 'A token; equal values have equal tokens' },
      ],
    ])
  })
})
