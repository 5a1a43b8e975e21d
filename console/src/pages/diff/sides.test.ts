import { expect, it } from 'vitest'
import { countRows, firstOf, folded, inOneColumn, rowsBetween, type SideRow } from './sides'

const shown = (rows: readonly SideRow[]) =>
  rows.map(({ kind, left, right }) => `${kind === 'same' ? '=' : '~'} ${left ? `${left.number}${left.text}` : ''}|${right ? `${right.number}${right.text}` : ''}`)

it('sets what went beside what came in its place', () => {
  const rows = rowsBetween('a\nb\nc\nd\n', 'a\nB\nc\nd\ne\n')
  expect(shown(rows)).toEqual(['= 1a|1a', '~ 2b|2B', '= 3c|3c', '= 4d|4d', '~ |5e'])
  expect(countRows(rows)).toEqual({ gone: 1, came: 2 })
})

it('has all that went before all that came, where there is one column', () => {
  const rows = rowsBetween('a\nb\nc\nz\n', 'A\nB\nz\n')
  expect(shown(rows)).toEqual(['~ 1a|1A', '~ 2b|2B', '~ 3c|', '= 4z|3z'])
  expect(shown(inOneColumn(rows))).toEqual(['~ 1a|', '~ 2b|', '~ 3c|', '~ |1A', '~ |2B', '= 4z|3z'])
})

it('folds what stayed, but for a few lines around each change', () => {
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`)
  const after = lines.with(15, 'changed')
  const stretches = folded(rowsBetween(`${lines.join('\n')}\n`, `${after.join('\n')}\n`))
  expect(stretches.map((stretch) => [stretch.folded, stretch.rows.length])).toEqual([[true, 12], [false, 7], [true, 11]])
  expect(folded(rowsBetween('a\nb\nc\nd\nX\n', 'a\nb\nc\nd\nY\n')).map((stretch) => stretch.folded)).toEqual([false, false])
  expect(folded(rowsBetween('a\n'.repeat(9), 'a\n'.repeat(9)))).toHaveLength(1)
})

it('has nothing for two empty texts, and one side for an empty one', () => {
  expect(rowsBetween('', '')).toEqual([])
  expect(shown(rowsBetween('', 'a\n'))).toEqual(['~ |1a'])
})

it('compares large texts that have nothing in common without taking long', () => {
  const text = (word: string) => Array.from({ length: 6_000 }, (_, at) => `${word} ${at}`).join('\n')
  const begun = performance.now()
  expect(rowsBetween(text('a'), text('b'))).toHaveLength(6_000)
  expect(performance.now() - begun).toBeLessThan(1_000)
})

it('shows the first lines, and counts those that follow', () => {
  const row: SideRow = { kind: 'same' }
  const stretches = [
    { folded: false, rows: [row, row, row] },
    { folded: true, rows: [row, row] },
    { folded: false, rows: [row, row, row] },
  ]
  const sizes = (open: number[], most: number) => {
    const { shown, rest } = firstOf(stretches, new Set(open), most)
    return [...shown.map((one) => ('rows' in one ? one.rows.length : `fold ${one.folded}`)), rest]
  }
  expect(sizes([], 9)).toEqual([3, 'fold 2', 3, 0])
  expect(sizes([1], 4)).toEqual([3, 1, 4])
  expect(sizes([], 3)).toEqual([3, 3])
})
