import { describe, expect, it } from 'vitest'
import type { Cell, Column } from '../result/rows'
import { choiceOf, type Wanted } from './choice'

const columns = (text: string): Column[] =>
  text.split(' ').map((one) => {
    const [name = '', type = ''] = one.split(':')
    return { name, type }
  })
const choose = (text: string, rows: Cell[][], wanted: Wanted = {}, masked: boolean[] = []) => choiceOf(wanted, { columns: columns(text), rows, masked })

describe('a proposal', () => {
  it('is bars of a number for each name', () => {
    expect(choose('segment:string n:integer', [['a', '1'], ['b', '2']])).toEqual({ kind: 'bar', x: 'segment', y: ['n'] })
  })

  it('is a line along time, or points where a time comes twice', () => {
    expect(choose('day:date n:integer', [['2026-01-01', 1], ['2026-01-02', 2]])).toEqual({ kind: 'line', x: 'day', y: ['n'] })
    expect(choose('day:date n:integer', [['2026-01-01', 1], ['2026-01-01', 2]])?.kind).toBe('points')
  })

  it('is points of two numbers for rows of many kinds, or a line along numbers that rise', () => {
    expect(choose('a:string x:number y:number', [['k', 2, 1], ['k', 1, 2]])).toEqual({ kind: 'points', x: 'x', y: ['y'] })
    expect(choose('year:integer n:integer', [[2024, 5], [2025, 3]])).toEqual({ kind: 'line', x: 'year', y: ['n'] })
  })

  it('goes along the rows where there is one number alone, and is none without numbers', () => {
    expect(choose('n:number', [[1], [2]])).toEqual({ kind: 'line', x: '', y: ['n'] })
    expect(choose('a:string b:boolean', [['x', true]])).toBeNull()
  })

  it('prefers numbers that are no names and are not masked', () => {
    expect(choose('s:string customer_id:integer income:integer amount:integer', [['a', 1, 2, 3]], {}, [false, false, true])?.y).toEqual(['amount'])
    expect(choose('token:string name:string n:integer', [['t', 'a', 1]], {}, [true])?.x).toBe('name')
    expect(choose('token:string n:integer', [['t', 1]], {}, [true])?.x).toBe('token')
  })
})

it('takes what the address says, as far as the result has it', () => {
  const rows = [['a', 1, 2]]
  const of = 's:string a:integer b:integer'
  expect(choose(of, rows, { chart: 'points', x: 'a', y: ['b', 'a'] })).toEqual({ kind: 'points', x: 'a', y: ['b', 'a'] })
  expect(choose(of, rows, { x: 'gone', y: ['gone', 's', 'b', 'b'] })).toEqual({ kind: 'bar', x: 's', y: ['b'] })
  expect(choose(of, rows, { x: '' })).toEqual({ kind: 'line', x: '', y: ['a'] })
})
