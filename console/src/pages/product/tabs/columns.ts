import type { PortPage } from '../../../api/types'
import { finder } from '../../../lib/finding'

export type Column = PortPage['columns'][number]

/** The columns that have every word somewhere in what is told of them. */
export function columnsFound(columns: readonly Column[], words: string): readonly Column[] {
  if (words.trim() === '') return columns
  const found = finder(words)
  return columns.filter(({ name, type, description, tags }) => found([name, type, description ?? '', ...tags].join('\n')))
}

export function countWords(found: number, all: number): string {
  return found === all ? `${all.toLocaleString('en')} columns` : `${found.toLocaleString('en')} of ${all.toLocaleString('en')} columns`
}
