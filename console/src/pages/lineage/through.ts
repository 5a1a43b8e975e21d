import { grouped, keyOf, loosest, type Dependence, type How } from './dependence'
import type { Place } from './place'

type Source = { place: Place; how: How }

/**
 * Dependences without the domains' own tables between: what lies beyond such a table is depended on directly. Own tables that
 * nothing leads to are where data enters the mesh; they stay as sources if that is wanted.
 */
export function throughOwnTables(all: readonly Dependence[], keepFirst: boolean): Dependence[] {
  const into = grouped(all, ({ to }) => keyOf(to))
  const known = new Map<string, Map<string, Source>>()

  function sourcesOf(place: Place): Map<string, Source> {
    const key = keyOf(place)
    const before = known.get(key)
    if (before !== undefined) return before
    const found = new Map<string, Source>()
    // Known already while it is looked up, so that a circle ends.
    known.set(key, found)
    const incoming = into.get(key) ?? []
    if (incoming.length === 0 && keepFirst) add(found, { place, how: 'copy' })
    for (const { from, how } of incoming) {
      const beyond = from.kind === 'own' ? [...sourcesOf(from).values()] : [{ place: from, how: 'copy' as const }]
      for (const source of beyond) add(found, { place: source.place, how: loosest(how, source.how) })
    }
    return found
  }

  return all
    .filter(({ to }) => to.kind !== 'own')
    .flatMap((dependence) => {
      if (dependence.from.kind !== 'own') return [dependence]
      const sources = [...sourcesOf(dependence.from).values()]
      return sources.map(({ place, how }) => ({ ...dependence, from: place, how: loosest(dependence.how, how) }))
    })
}

/** Of several ways from the same place each kind counts once. */
function add(found: Map<string, Source>, source: Source): void {
  found.set(`${keyOf(source.place)} ${source.how}`, source)
}
