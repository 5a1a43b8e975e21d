import type { ChangeItem, Difference, ReaderUse } from '../../api/types'
import { isAtLeast } from './versions'

const VERDICTS = ['breaking', 'additive', 'documentation'] as const
export type Verdict = (typeof VERDICTS)[number]

/** The symbol says the same as the colour, the word the same as both. */
export const LOOKS: Record<Verdict, { symbol: string; name: string; meaning: string }> = {
  breaking: { symbol: '!', name: 'Breaking', meaning: 'Something that readers may rely on is gone or weaker.' },
  additive: { symbol: '+', name: 'Additive', meaning: 'Something more is there or promised; what was there stays.' },
  documentation: { symbol: '~', name: 'Documentation', meaning: 'Statements and their results stay as they are.' },
}

export function verdictOf(text: string | null | undefined): Verdict | null {
  return VERDICTS.find((verdict) => verdict === text) ?? null
}

/** The changes by how far they reach, heaviest first. A word that is not known here is the heaviest, not the lightest. */
export function grouped(changes: readonly ChangeItem[]): [Verdict, ChangeItem[]][] {
  const all = VERDICTS.map((verdict): [Verdict, ChangeItem[]] => [
    verdict,
    changes.filter((change) => (verdictOf(change.verdict) ?? 'breaking') === verdict),
  ])
  return all.filter(([, items]) => items.length > 0)
}

/** `2 breaking, 1 additive`. */
export function countWords(changes: readonly ChangeItem[]): string {
  return grouped(changes)
    .map(([verdict, items]) => `${items.length} ${verdict}`)
    .join(', ')
}

/** What the verdict asks of the later version's number. */
export function versionWords({ old, new: later, least, verdict }: Difference): string {
  if (verdict == null) return `${old} and ${later} promise the same.`
  const asked = `A change like this after ${old} needs version ${least} or higher`
  if (isAtLeast(later, least)) return `${asked}, and it is ${later}.`
  return `${asked}. ${later} is too low, and a plan with it is refused.`
}

/** Where a change is: the column, the port, or the contract as a whole. */
export function whereWords({ port, column }: ChangeItem): string | null {
  if (port == null) return null
  return column == null ? port : `${port}.${column}`
}

/** The columns that a reader reads and that break, or the port if it breaks as a whole. */
export function brokenFor(reader: ReaderUse, changes: readonly ChangeItem[], reference: string): string[] {
  const breaking = changes.filter((change) => verdictOf(change.verdict) === 'breaking')
  const here = breaking.filter(({ port }) => port != null && reader.port === `${reference}.${port}`)
  const whole = here.filter(({ column }) => column == null).map(({ port }) => port ?? '')
  const columns = here.flatMap(({ column }) => (column != null && reader.columns.includes(column) ? [column] : []))
  return [...new Set([...whole, ...columns])]
}
