import type { HistoryItem } from '../../../api/product'
import { counted } from '../../../lib/words'

export type Cell = { look: 'passed' | 'failed' | 'open'; symbol: string; words: string; passed: number; failed: number; open: number }

/** What a gate found, as a cell of the strip. A rule that could not be run is no pass. */
export function cellOf({ quality }: Pick<HistoryItem, 'quality'>): Cell {
  const passed = quality['passed'] ?? 0
  const failed = (quality['failed'] ?? 0) + (quality['error'] ?? 0)
  const open = quality['not_evaluated'] ?? 0
  const counts = { passed, failed, open }
  const words = [counted(passed, 'rule passed', 'rules passed'), ...(failed > 0 ? [`${failed} failed`] : []), ...(open > 0 ? [`${open} not evaluated`] : [])].join(', ')
  if (failed > 0) return { ...counts, look: 'failed', symbol: '!', words }
  if (open > 0 || passed === 0) return { ...counts, look: 'open', symbol: '–', words }
  return { ...counts, look: 'passed', symbol: '✓', words }
}

/** How the newest publications did, in a sentence. */
export function stripWords(history: readonly HistoryItem[]): string {
  const failed = history.filter((item) => cellOf(item).failed > 0).length
  const all = history.length === 1 ? 'the only publication' : `the ${history.length} newest publications`
  if (failed === 0) return `No rule failed in ${all}.`
  return history.length === 1 ? 'A rule failed in the only publication.' : `Rules failed in ${failed} of ${all}.`
}
