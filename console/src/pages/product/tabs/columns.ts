import type { PortPage } from '../../../api/types'

export type Column = PortPage['columns'][number]

/** The columns that have every word somewhere in what is told of them. */
export function columnsFound(columns: readonly Column[], words: string): readonly Column[] {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (wanted.length === 0) return columns
  return columns.filter(({ name, type, description, tags }) => {
    const told = [name, type, description ?? '', ...tags].join('\n').toLowerCase()
    return wanted.every((word) => told.includes(word))
  })
}

export function countWords(found: number, all: number): string {
  return found === all ? `${all.toLocaleString('en')} columns` : `${found.toLocaleString('en')} of ${all.toLocaleString('en')} columns`
}
