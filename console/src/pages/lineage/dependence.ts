import type { EdgeItem } from '../../api/types'
import { placeOf, type Place } from './place'

/** How loosely an end depends on the other: along a path the loosest counts, as the server has it. */
const LOOSENESS = ['copy', 'derived', 'rows', 'unknown'] as const
export type How = (typeof LOOSENESS)[number]

export type Side = 'up' | 'down'

export type Dependence = { from: Place; to: Place; how: How; side: Side }

export function loosest(a: How, b: How): How {
  return LOOSENESS.indexOf(a) > LOOSENESS.indexOf(b) ? a : b
}

export function read(edges: readonly EdgeItem[], side: Side): Dependence[] {
  return edges.map(({ from, to, how }) => ({
    from: placeOf(from),
    to: placeOf(to),
    how: LOOSENESS.find((known) => known === how) ?? 'unknown',
    side,
  }))
}

/** A place as a key; a nameless one is not the same as another nameless one, but that shows only by what depends on it. */
export function keyOf({ kind, table, column }: Place): string {
  return kind === 'hidden' ? '?' : column === null ? table : `${table}\n${column}`
}

export function grouped<T>(all: readonly T[], keyOfOne: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const key = keyOfOne(one)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups
}

/** What remains of one side after dependences were left out: what still leads from or to what was asked about. */
export function inReach(side: Side, all: readonly Dependence[], isAsked: (place: Place) => boolean): Dependence[] {
  const [near, far] = side === 'up' ? (['to', 'from'] as const) : (['from', 'to'] as const)
  const byNear = grouped(all, (dependence) => keyOf(dependence[near]))
  const reached = new Set(all.map((dependence) => dependence[near]).filter(isAsked).map(keyOf))
  const found: Dependence[] = []
  const waiting = [...reached]
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    for (const dependence of byNear.get(key) ?? []) {
      found.push(dependence)
      const next = keyOf(dependence[far])
      if (!reached.has(next)) {
        reached.add(next)
        waiting.push(next)
      }
    }
  }
  return found
}
