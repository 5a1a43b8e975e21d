import { partsOf } from '../../lib/json'

/** A statement as the activity has it. Its text is not kept there. */
export type Line = {
  id: string
  at: string
  purpose: string | null
  /** Ports that it read, `domain.product.port`. */
  read: string[]
  outcome: 'answered' | 'running' | 'refused' | 'cancelled' | 'failed'
  /** Why it was refused or failed. */
  code: string | null
  rows: number | null
  millis: number | null
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** Reads an item of the activity. */
export function lineOf(item: unknown): Line {
  const { at, statement, finished } = partsOf(item)
  const { id, purpose, objects, decision } = partsOf(statement)
  const refused = text(partsOf(decision)['refused'])
  const error = text(partsOf(finished)['error'])
  return {
    id: text(id) ?? '',
    at: text(at) ?? '',
    purpose: text(purpose),
    read: (Array.isArray(objects) ? objects : []).map((object: unknown) => {
      const { product, port } = partsOf(object)
      return `${String(product)}.${String(port)}`
    }),
    outcome: outcomeOf(refused, finished, error),
    code: refused ?? error,
    rows: refused === null && error === null ? number(partsOf(finished)['rows']) : null,
    millis: number(partsOf(finished)['millis']),
  }
}

function outcomeOf(refused: string | null, finished: unknown, error: string | null): Line['outcome'] {
  if (refused !== null) return 'refused'
  if (finished === null || finished === undefined) return 'running'
  if (error === null) return 'answered'
  return error === 'cancelled' ? 'cancelled' : 'failed'
}
