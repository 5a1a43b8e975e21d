import { describe, expect, it } from 'vitest'
import type { Graph } from './graph'
import { focusOf } from './place'
import type { Hide, Level } from './search'
import { moreBeyond, shownGraph } from './shown'

const edge = (from: string, to: string, how = 'copy') => ({ from, to, how })

/** Keys decide the rows of b, whose column x comes through a silver table from a bronze one and from a. */
const UP = [
  edge('d.a.t.x', 'd/silver.s.x'),
  edge('d/bronze.r.x', 'd/silver.s.x', 'derived'),
  edge('d/silver.s.x', 'd.b.t.x'),
  edge('d.keys.t.k', 'd.b.t.x', 'rows'),
  edge('d.keys.t.k', 'd.b.t.y', 'rows'),
  edge('(not visible)', 'd.b.t.y'),
]
const DOWN = [edge('d.b.t.x', 'd.c.t.x', 'derived'), edge('(not visible)', 'd.c.t.z')]

function shown(level: Level, hide: Hide[] = [], focus = 'd.b'): Graph {
  return shownGraph({ up: UP, down: DOWN }, level, new Set(hide), focusOf(focus))
}

const ends = ({ links }: Graph) => links.map(({ from, to }) => `${from} > ${to}`).sort()

describe('a graph of products', () => {
  it('leads through own tables, and keeps those where data enters', () => {
    expect(ends(shown('product'))).toEqual(['? d.b > d.b', '? d.c > d.c', 'd.a > d.b', 'd.b > d.c', 'd.keys > d.b', 'd/ > d.b'])
  })

  it('says the loosest of what happened on the way', () => {
    const link = shown('product').links.find(({ from }) => from === 'd/')
    expect(link?.hows).toEqual(['derived'])
  })

  it('has a nameless box for each that depends on it: whether they are one is not told', () => {
    expect(shown('product').boxes.filter(({ kind }) => kind === 'hidden').map(({ title, reference }) => [title, reference])).toEqual([
      ['Restricted', null],
      ['Restricted', null],
    ])
  })
})

describe('a graph of tables', () => {
  it('has own tables as boxes, unless they are hidden', () => {
    expect(ends(shown('port'))).toContain('d/bronze.r > d/silver.s')
    expect(ends(shown('port', ['own']))).toEqual(['? d.b.t > d.b.t', '? d.c.t > d.c.t', 'd.a.t > d.b.t', 'd.b.t > d.c.t', 'd.keys.t > d.b.t'])
  })

  it('drops what only decides rows, and what only led there', () => {
    expect(ends(shown('port', ['rows']))).not.toContain('d.keys.t > d.b.t')
    expect(shown('port', ['rows']).boxes.map(({ id }) => id)).not.toContain('d.keys.t')
  })
})

describe('a graph of columns', () => {
  it('says once that a column decides which rows there are', () => {
    const rows = shown('column').links.filter(({ hows }) => hows.includes('rows'))
    expect(rows.map(({ fromColumn, to, toColumn }) => [fromColumn, to, toColumn])).toEqual([['k', 'd.b.t', null]])
  })

  it('gives each box the columns that something leads to or from, what was asked about first', () => {
    const box = shown('column', [], 'd.b.t.y').boxes.find(({ id }) => id === 'd.b.t')
    expect(box?.columns).toEqual(['y', 'x'])
  })

  it('folds what is beyond the first columns', () => {
    const up = Array.from({ length: 30 }, (_, at) => edge(`d.a.t.c${at}`, `d.b.t.c${at}`))
    const graph = shownGraph({ up, down: [] }, 'column', new Set(), focusOf('d.b'))
    expect(graph.boxes.map(({ columns, folded }) => [columns.length, folded.length])).toEqual([
      [15, 15],
      [15, 15],
    ])
  })
})

it('has the box of what was asked about even if nothing is known of it', () => {
  const graph = shownGraph({ up: [], down: [] }, 'column', new Set(), focusOf('d.b.t.x'))
  expect(graph.boxes.map(({ id, columns, side }) => ({ id, columns, side }))).toEqual([{ id: 'd.b.t', columns: ['x'], side: 'focus' }])
})

it('ends where tables depend on each other in a circle', () => {
  const up = [edge('d/silver.a.x', 'd/silver.b.x'), edge('d/silver.b.x', 'd/silver.a.x'), edge('d/silver.b.x', 'd.p.t.x')]
  expect(shownGraph({ up, down: [] }, 'product', new Set(), focusOf('d.p')).links).toEqual([])
})

it('counts what one step more would bring, beside the box it is tied to', () => {
  const near = shownGraph({ up: [edge('d.a.t.x', 'd.b.t.x')], down: [] }, 'product', new Set(), focusOf('d.b'))
  const far = shownGraph(
    { up: [edge('d.a.t.x', 'd.b.t.x'), edge('d.o.t.x', 'd.a.t.x'), edge('(not visible)', 'd.a.t.x')], down: [] },
    'product',
    new Set(),
    focusOf('d.b'),
  )
  expect(moreBeyond(near, far, 'up')).toEqual(new Map([['d.a', 2]]))
  expect(moreBeyond(near, far, 'down')).toEqual(new Map())
})
