import { describe, expect, it } from 'vitest'
import { parseCsv } from '../../lib/csv'
import { edgesCsv, linesFor, linesOf } from './lines'
import { focusOf } from './place'
import { shownGraph } from './shown'
import { printable, shortened } from './text'

const graph = shownGraph(
  {
    up: [
      { from: 'd.a.t.x', to: 'd.m.t.x', how: 'copy' },
      { from: 'd.a.t.y', to: 'd.m.t.x', how: 'rows' },
      { from: '(not visible)', to: 'd.m.t.x', how: 'unknown' },
    ],
    down: [{ from: 'd.m.t.x', to: 'd.z.t.x', how: 'derived' }],
  },
  'product',
  new Set(),
  focusOf('d.m'),
)

describe('the table', () => {
  it('has a line for each link of the graph, upstream first', () => {
    const lines = linesFor(linesOf(graph), {})
    expect(parseCsv(edgesCsv(lines)).rows).toEqual([
      ['Upstream', 'd.a', 'd.m', 'Copied, decides which rows there are', '2'],
      ['Upstream', 'not visible to you', 'd.m', 'Not known', '1'],
      ['Downstream', 'd.m', 'd.z', 'Computed', '1'],
    ])
  })

  it('is saved as a file that runs nothing in a spreadsheet', () => {
    const [line] = linesOf(graph)
    if (line === undefined) throw new Error('no line')
    const named = { ...line, from: { ...line.from, text: '=HYPERLINK("http://x")' } }
    expect(edgesCsv([named])).toContain(`"'=HYPERLINK(""http://x"")"`)
  })

  it('keeps the lines that hold every word', () => {
    expect(linesFor(linesOf(graph), { find: 'UP visible' }).map(({ from }) => from.text)).toEqual(['not visible to you'])
    expect(linesFor(linesOf(graph), { find: 'nothing' })).toEqual([])
  })

  it('is sorted as asked, and the other way round', () => {
    const to = (desc?: true) => linesFor(linesOf(graph), { sort: 'from', desc }).map(({ from }) => from.text)
    expect(to()).toEqual(['d.a', 'd.m', 'not visible to you'])
    expect(to(true)).toEqual(['not visible to you', 'd.m', 'd.a'])
  })
})

it('shows what cannot be seen in a name, and shortens it between letters', () => {
  expect(printable('a\u202egnp.exe')).toBe('a\ufffdgnp.exe')
  expect(shortened('👩👩👩👩', 3)).toBe('👩👩…')
  expect(shortened('abc', 3)).toBe('abc')
})
