import { textsIn } from '../../lib/search'

export const VIEWS = ['journal', 'verify', 'explain', 'who-can-read', 'what-can'] as const
export type View = (typeof VIEWS)[number]

const NAMES = ['actor', 'text', 'from', 'to', 'principal', 'product', 'at'] as const

/** The audit's state as its address has it: the journal's filters, or a question about access. */
export type AuditSearch = {
  actor?: string | undefined
  text?: string | undefined
  /** The first and the last day, UTC. */
  from?: string | undefined
  to?: string | undefined
  principal?: string | undefined
  product?: string | undefined
  /** The past day or instant that is asked about. */
  at?: string | undefined
  /** The record that is open. */
  record?: number | undefined
}

export function parseAudit(raw: Record<string, unknown>): AuditSearch {
  const search: AuditSearch = textsIn(raw, NAMES)
  const { record } = raw
  if (typeof record === 'number' && Number.isInteger(record) && record > 0) search.record = record
  return search
}
