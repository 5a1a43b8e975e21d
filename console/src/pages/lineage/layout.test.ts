import { describe, expect, it } from 'vitest'
import { fakeLineage } from '../../../test/fake-lineage.mjs'
import { drawingOf, toPlace } from './drawing'
import { placeBoxes } from './layout'
import { focusOf } from './place'
import { shownGraph } from './shown'

const fake = (products: number, level: 'product' | 'column') => {
  const sides = fakeLineage(products)
  return shownGraph(sides, level, new Set(), focusOf('fake.p0'))
}

describe('the layout', () => {
  it.each([
    [100, 'product', 1000],
    [100, 'column', 1000],
    [1000, 'product', 20_000],
  ] as const)('places %i boxes (%s) quickly enough', (products, level, most) => {
    const begun = performance.now()
    const graph = fake(products, level)
    const built = performance.now()
    const placed = placeBoxes(toPlace(graph))
    const done = performance.now()
    console.log(`${products} boxes, ${graph.links.length} links: built in ${ms(built - begun)}, placed in ${ms(done - built)}`)
    expect(placed.boxes).toHaveLength(products)
    expect(done - begun).toBeLessThan(most)
  }, 30_000)

  it('puts what is depended on to the left, and no box onto another', () => {
    const graph = fake(60, 'column')
    const drawing = drawingOf(graph, placeBoxes(toPlace(graph)))
    for (const { link } of drawing.links) {
      const [from, to] = [drawing.boxes.get(link.from), drawing.boxes.get(link.to)]
      expect((from?.x ?? 0) + (from?.width ?? 0)).toBeLessThan(to?.x ?? 0)
    }
    const all = [...drawing.boxes.values()]
    for (const a of all) {
      const over = all.filter((b) => b !== a && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
      expect(over).toEqual([])
    }
  })
})

function ms(time: number): string {
  return `${time.toFixed(0)} ms`
}
