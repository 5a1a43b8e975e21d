import { expect, it } from 'vitest'
import { drawingOf, toPlace } from './drawing'
import { placeBoxes } from './layout'
import { focusOf } from './place'
import { shownGraph } from './shown'
import { neighbour } from './walk'

const edge = (from: string, to: string) => ({ from: `d.${from}.t.x`, to: `d.${to}.t.x`, how: 'copy' })

it('walks along links to the left and right, and through what stands above each other', () => {
  const graph = shownGraph(
    { up: [edge('a', 'm'), edge('b', 'm'), edge('c', 'm')], down: [edge('m', 'z')] },
    'product',
    new Set(),
    focusOf('d.m'),
  )
  const drawing = drawingOf(graph, placeBoxes(toPlace(graph)))
  const column = ['d.a', 'd.b', 'd.c'].sort((one, other) => (drawing.boxes.get(one)?.y ?? 0) - (drawing.boxes.get(other)?.y ?? 0))
  const [top = '', middle = '', bottom = ''] = column
  expect(neighbour(drawing, 'd.m', 'ArrowLeft')).toBe(middle)
  expect(neighbour(drawing, middle, 'ArrowUp')).toBe(top)
  expect(neighbour(drawing, top, 'ArrowUp')).toBeNull()
  expect(neighbour(drawing, top, 'ArrowDown')).toBe(middle)
  expect(neighbour(drawing, bottom, 'ArrowRight')).toBe('d.m')
  expect(neighbour(drawing, 'd.m', 'ArrowRight')).toBe('d.z')
  expect(neighbour(drawing, 'd.z', 'ArrowRight')).toBeNull()
})
