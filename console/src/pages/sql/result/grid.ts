import { finder } from '../../../lib/finding'
import { cellText, type Column, type Row } from './rows'

export const LINE = 32
export const HEAD = 48
const CHARACTER = 9
const NARROWEST = 72
const WIDEST = 360
const LOOKED_AT = 200
/** What a person may drag a column to. */
const LIMITS = { least: 48, most: 1_200 }

/** Widths for what the first rows hold; a mark in the head needs room as well. */
export function widthsOf(columns: readonly Column[], rows: readonly Row[], marked: readonly boolean[]): number[] {
  return columns.map((column, at) => {
    let characters = Math.max(column.name.length + 2, column.type.length + (marked[at] === true ? 9 : 0))
    for (const row of rows.slice(0, LOOKED_AT)) characters = Math.max(characters, cellText(row[at]).length)
    return Math.min(WIDEST, Math.max(NARROWEST, characters * CHARACTER + 24))
  })
}

export function allowedWidth(width: number): number {
  return Math.round(Math.min(LIMITS.most, Math.max(LIMITS.least, width)))
}

/** Positions of the columns whose names have every word; all of them for none. */
export function columnsNamed(columns: readonly Column[], words: string): number[] {
  const found = finder(words)
  return [...columns.keys()].filter((at) => found(columns[at]?.name ?? ''))
}

/** A cell; row 0 is the head. */
export type At = { row: number; column: number }

/** Where a key leads within `rows` rows of data and `columns` columns, or null if it does not move. */
export function moved(at: At, key: string, ctrl: boolean, size: { rows: number; columns: number; page: number }): At | null {
  const to = (row: number, column: number): At => ({
    row: Math.min(size.rows, Math.max(0, row)),
    column: Math.min(size.columns - 1, Math.max(0, column)),
  })
  switch (key) {
    case 'ArrowDown':
      return to(at.row + 1, at.column)
    case 'ArrowUp':
      return to(at.row - 1, at.column)
    case 'ArrowRight':
      return to(at.row, at.column + 1)
    case 'ArrowLeft':
      return to(at.row, at.column - 1)
    case 'PageDown':
      return to(at.row + size.page, at.column)
    case 'PageUp':
      return to(Math.max(1, at.row - size.page), at.column)
    case 'Home':
      return ctrl ? to(1, 0) : to(at.row, 0)
    case 'End':
      return ctrl ? to(size.rows, size.columns - 1) : to(at.row, size.columns - 1)
    default:
      return null
  }
}
