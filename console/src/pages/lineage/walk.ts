import type { Drawing, DrawnBox } from './drawing'

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown'

function middle({ y, height }: DrawnBox): number {
  return y + height / 2
}

/** Left and right follow links, to the nearest box; up and down go to the next box that stands above or below. */
export function neighbour(drawing: Drawing, id: string, direction: Direction): string | null {
  const here = drawing.boxes.get(id)
  if (here === undefined) return null
  const found = direction === 'ArrowLeft' || direction === 'ArrowRight' ? linked(drawing, id, direction) : stacked(drawing, here, direction)
  const near = found.sort((a, b) => Math.abs(middle(a) - middle(here)) - Math.abs(middle(b) - middle(here)))
  return near[0]?.box.id ?? null
}

function linked({ boxes, links }: Drawing, id: string, direction: Direction): DrawnBox[] {
  const [near, far] = direction === 'ArrowLeft' ? (['to', 'from'] as const) : (['from', 'to'] as const)
  const ids = new Set(links.filter(({ link }) => link[near] === id).map(({ link }) => link[far]))
  return [...ids].flatMap((other) => boxes.get(other) ?? [])
}

function stacked({ boxes }: Drawing, here: DrawnBox, direction: Direction): DrawnBox[] {
  return [...boxes.values()].filter((other) => {
    const beside = other.x < here.x + here.width && here.x < other.x + other.width
    return beside && (direction === 'ArrowUp' ? middle(other) < middle(here) : middle(other) > middle(here))
  })
}
