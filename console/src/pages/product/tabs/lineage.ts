import type { EdgeItem } from '../../../api/types'

export type Dependence = { from: string; to: string; how: string }

/** `domain.product.port.column` without its column; `domain/silver.table.column` without its column. */
function tableOf(reference: string): string {
  const [zone, table] = reference.split('/')
  if (table !== undefined) return `${zone ?? ''}/${table.split('.').slice(0, 2).join('.')}`
  return reference.split('.').slice(0, 3).join('.')
}

/**
 * Edges as lines of a table. A column that decides which rows there are does so for every column of a table: that is one line
 * about the table instead of one for each of its columns.
 */
export function dependences(edges: readonly EdgeItem[]): Dependence[] {
  const seen = new Map<string, Dependence>()
  for (const { from, to, how } of edges) {
    const line = { from, to: how === 'rows' ? tableOf(to) : to, how }
    seen.set(`${line.from}\n${line.to}\n${how}`, line)
  }
  return [...seen.values()].sort((a, b) => a.to.localeCompare(b.to) || a.from.localeCompare(b.from))
}
