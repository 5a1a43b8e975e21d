import { treatmentWords } from '../../../lib/words'
import type { Column } from './rows'

/** A masked column that the values of a column of the answer come from, copied or computed, and what is seen of it. */
export type Mark = { source: string; words: string }

export function marksOf(columns: readonly Column[]): (Mark[] | null)[] {
  return columns.map(({ masked = [] }) =>
    masked.length === 0 ? null : masked.map(({ column, treatment }) => ({ source: column, words: treatmentWords(treatment) })),
  )
}
