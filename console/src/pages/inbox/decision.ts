import type { NewDecision } from '../../api/types'
import type { Decision } from './useInboxKeys'

export type DecisionForm = {
  note: string
  until: string
  /** Empty for the rows that were asked for. */
  rows: string
}

/** What is sent: a refusal changes no terms. */
export function decisionOf(decision: Decision, { note, until, rows }: DecisionForm): NewDecision {
  const approving = decision === 'approve'
  return {
    decision,
    ...(note.trim() === '' ? {} : { note: note.trim() }),
    ...(approving && until !== '' ? { until } : {}),
    ...(approving && rows !== '' ? { rows } : {}),
  }
}
