import type { ColumnUsage, Usage } from '../../../api/product'
import type { PortPage } from '../../../api/types'
import { relative } from '../../../lib/time'
import { counted } from '../../../lib/words'

/** `1,204 statements by 14 people and services in 30 days, last read 3 minutes ago.` */
export function totalWords({ statements, readers, last_read_at: last }: Usage, days: number, now: Date): string {
  if (last == null) return 'Nobody has read it yet.'
  const said = `last read ${relative(new Date(last), now)}`
  if (statements === 0) return `No statement has read it in ${days} days; ${said}.`
  const by = counted(readers, 'person or service', 'people and services')
  return `${counted(statements, 'statement')} by ${by} in ${days} days, ${said}.`
}

export type NamedColumn = { port: string; column: string }

/** Columns that the schema has and no statement has read. */
export function neverRead(ports: readonly PortPage[], used: readonly ColumnUsage[]): NamedColumn[] {
  const read = new Set(used.map(({ port, column }) => `${port}\n${column}`))
  const all = ports.flatMap((port) => port.columns.map((column) => ({ port: port.name, column: column.name })))
  return all.filter(({ port, column }) => !read.has(`${port}\n${column}`))
}

/** Columns that were read and that the schema does not have any more. */
export function goneColumns(ports: readonly PortPage[], used: readonly ColumnUsage[]): Set<string> {
  const known = new Set(ports.flatMap((port) => port.columns.map((column) => `${port.name}\n${column.name}`)))
  return new Set(used.map(({ port, column }) => `${port}\n${column}`).filter((key) => !known.has(key)))
}

/** The name of a column where a product may have several ports. */
export function columnName({ port, column }: NamedColumn, ports: number): string {
  return ports > 1 ? `${port}.${column}` : column
}
