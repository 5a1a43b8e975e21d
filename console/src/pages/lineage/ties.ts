import type { How, Side } from './dependence'
import type { Box, Graph, Pair } from './graph'

type Neighbour = { other: Box; hows: How[]; pairs: Pair[] }

/** What a box depends on, or what depends on it, with everything that ties the two. */
export function neighbours({ boxes, links }: Graph, id: string, side: Side): Neighbour[] {
  const [near, far] = side === 'up' ? (['to', 'from'] as const) : (['from', 'to'] as const)
  const byId = new Map(boxes.map((box) => [box.id, box]))
  const found = new Map<string, Neighbour>()
  for (const link of links) {
    const other = byId.get(link[far])
    if (link[near] !== id || other === undefined) continue
    const known = found.get(other.id) ?? { other, hows: [], pairs: [] }
    found.set(other.id, known)
    known.pairs.push(...link.pairs)
    known.hows.push(...link.hows.filter((how) => !known.hows.includes(how)))
  }
  return [...found.values()].sort((a, b) => a.other.id.localeCompare(b.other.id))
}
