import { describe, expect, it } from 'vitest'
import { drawingOf, toPlace } from './drawing'
import { placeBoxes } from './layout'
import { focusOf } from './place'
import { shownGraph } from './shown'
import { boxLabels, howWords } from './words'

describe('what is said of a box', () => {
  it('names it, what it is tied to and what lies beyond, but nothing of what may not be told', () => {
    const up = [
      { from: 'd.a.t.x', to: 'd.m.t.x', how: 'copy' },
      { from: '(not visible)', to: 'd.m.t.x', how: 'derived' },
    ]
    const graph = shownGraph({ up, down: [] }, 'column', new Set(), focusOf('d.m'))
    const more = { up: new Map([['d.a.t', 3]]), down: new Map<string, number>() }
    expect([...boxLabels(drawingOf(graph, placeBoxes(toPlace(graph))), more).values()].sort()).toEqual([
      'Restricted, not visible to you, 0 upstream, 1 downstream',
      'd.a.t, port, 1 column, 0 upstream, 1 downstream, 3 more beyond',
      'd.m.t, port, what you look at, 1 column, 2 upstream, 0 downstream',
    ])
  })
})

it('says in one order what happened', () => {
  expect(howWords(['rows', 'copy'])).toBe('Copied, decides which rows there are')
})
