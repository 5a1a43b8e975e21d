import type { StatementRecord } from '../../../api/sql'
import { treatmentWords } from '../../../lib/words'
import type { Column } from './rows'

/** What the audit holds of a statement: which columns of which ports it read, and what was done to them. */
export type PortRead = { product: string; port: string; treated: { column: string; treatment: string }[]; scopes: string[] }

/** A mark says that a column of this name was read as masked; an answer does not say what its columns were made of. */
export type Mark = { source: string; words: string }

/**
 * The ports of a decision record. The record has bare words for treatments; the sentences that came with the answer have them in
 * full.
 */
export function portsRead(statement: Pick<StatementRecord, 'objects'> | null | undefined, policies: readonly string[] = []): PortRead[] {
  return (statement?.objects ?? []).map(({ product, port, columns = {}, read, scopes = [] }) => {
    const wasRead = new Set(read ?? [])
    return {
      product,
      port,
      // A column that is denied does not exist for its reader.
      treated: Object.entries(columns)
        .filter(([treatment]) => treatment !== 'clear' && treatment !== 'denied')
        .flatMap(([treatment, names]) => names.map((column) => ({ column, treatment })))
        .filter(({ column }) => wasRead.has(column))
        .map(({ column, treatment }) => ({ column, treatment: inFull(policies, `${product}.${port}`, column, treatment) }))
        .sort((a, b) => a.column.localeCompare(b.column)),
      scopes,
    }
  })
}

/** `partial (email)` for `partial`, from "customer.master.customers: rows limited to `home`, `email` partial (email)". */
function inFull(policies: readonly string[], port: string, column: string, treatment: string): string {
  const sentence = policies.find((policy) => policy.startsWith(`${port}: `)) ?? ''
  // Columns are told after rows, whose scopes may have the same names.
  const said = sentence.split(`\`${column}\` `).at(-1)?.split(', ')[0] ?? ''
  return said.startsWith(treatment) ? said : treatment
}

export function marksOf(columns: readonly Column[], ports: readonly PortRead[]): (Mark[] | null)[] {
  return columns.map(({ name }) => {
    const marks = ports.flatMap(({ product, port, treated }) =>
      treated
        .filter(({ column }) => column === name)
        .map(({ treatment }) => ({ source: `${product}.${port}.${name}`, words: treatmentWords(treatment) })),
    )
    return marks.length === 0 ? null : marks
  })
}
