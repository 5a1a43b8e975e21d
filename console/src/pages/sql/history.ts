import type { StatementItem } from '../../api/sql'

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

/** Reads an item of the activity. */
export function lineOf({ at, statement, finished }: StatementItem): Line {
  const { id, purpose, objects = [], decision } = statement
  const refused = decision === 'allowed' ? null : decision.refused
  const error = finished?.error ?? null
  return {
    id,
    at,
    purpose: purpose ?? null,
    read: objects.map(({ product, port }) => `${product}.${port}`),
    outcome: outcomeOf(refused, finished, error),
    code: refused ?? error,
    rows: refused === null && error === null ? (finished?.rows ?? null) : null,
    millis: finished?.millis ?? null,
  }
}

function outcomeOf(refused: string | null, finished: StatementItem['finished'], error: string | null): Line['outcome'] {
  if (refused !== null) return 'refused'
  if (finished == null) return 'running'
  if (error === null) return 'answered'
  return error === 'cancelled' ? 'cancelled' : 'failed'
}
