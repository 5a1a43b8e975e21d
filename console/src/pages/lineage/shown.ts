import type { EdgeItem } from '../../api/types'
import { inReach, read, type Side } from './dependence'
import { graphOf, isAsked, type Graph } from './graph'
import type { Focus } from './place'
import type { Hide, Level } from './search'
import { throughOwnTables } from './through'

export type Answers = Record<Side, readonly EdgeItem[]>

/** The graph of what the server answered for both sides, as it was asked to be looked at. */
export function shownGraph(answers: Answers, level: Level, hide: ReadonlySet<Hide>, focus: Focus): Graph {
  const sides = (['up', 'down'] as const).flatMap((side) => {
    let dependences = read(answers[side], side)
    if (hide.has('rows')) {
      const values = dependences.filter(({ how }) => how !== 'rows')
      dependences = inReach(side, values, (place) => isAsked(place, focus))
    }
    const contracts = level === 'product' || hide.has('own')
    return contracts ? throughOwnTables(dependences, !hide.has('own')) : dependences
  })
  return graphOf(sides, level, focus)
}

/** How many more boxes each box would be tied to if its side were followed one step further. */
export function moreBeyond(shown: Graph, further: Graph, side: Side): Map<string, number> {
  const here = new Set(shown.boxes.map(({ id }) => id))
  const beyond = new Map<string, Set<string>>()
  for (const { from, to, side: of } of further.links) {
    const [near, far] = side === 'up' ? [to, from] : [from, to]
    if (of !== side || !here.has(near) || here.has(far)) continue
    beyond.set(near, (beyond.get(near) ?? new Set()).add(far))
  }
  return new Map([...beyond].map(([id, ids]) => [id, ids.size]))
}
