import { harmless } from '../../../lib/csv'
import { cellText, type Column, type Row } from './rows'

/** Lines of tab-separated values. What would end a value or a line becomes a space: the form knows no quotes. */
export function tabSeparated(columns: readonly Column[], rows: Iterable<Row>, forSpreadsheet: boolean): string {
  const write = (text: string) => {
    const line = text.replace(/[\t\r\n]+/g, ' ')
    return forSpreadsheet ? harmless(line) : line
  }
  const lines = [columns.map(({ name }) => write(name)).join('\t')]
  for (const row of rows) lines.push(row.map((cell) => write(cellText(cell))).join('\t'))
  return `${lines.join('\n')}\n`
}
