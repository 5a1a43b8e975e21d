import type { components } from '../../../api/schema'

/** A value of an answer. 64-bit integers and decimals are texts, so that nothing rounds them. */
export type Cell = string | number | boolean | null | readonly unknown[] | { readonly [key: string]: unknown }
export type Row = readonly Cell[]
export type Column = components['schemas']['ColumnItem']

const ROWS = '"rows":['

/**
 * Reads `{"query_id", "columns", "rows"}` piece by piece, so that the first rows are there before the last, and so that reading
 * can stop. Within a JSON text a quote has a backslash before it, so the key `"rows":[` is found by looking for it.
 */
export class RowsReader {
  columns: Column[] | null = null
  /** The answer came to its end; one that breaks off does not. */
  finished = false
  private rest = ''
  private at = 0
  private depth = 0
  private inText = false
  private escaped = false

  /** The rows that are complete with this piece. */
  read(piece: string): Row[] {
    this.rest += piece
    if (this.columns === null) {
      const rows = this.rest.indexOf(ROWS)
      if (rows < 0) return []
      const head = JSON.parse(`${this.rest.slice(0, rows)}${ROWS}]}`) as { columns: Column[] }
      this.columns = head.columns
      this.rest = this.rest.slice(rows + ROWS.length)
    }
    const end = this.endOfRows()
    if (end === 0) return []
    const rows = JSON.parse(`[${this.rest.slice(0, end).replace(/^,/, '')}]`) as Row[]
    this.rest = this.rest.slice(end)
    this.at -= end
    return rows
  }

  /** Where the last complete row ends. */
  private endOfRows(): number {
    let end = 0
    const { rest } = this
    for (; this.at < rest.length && !this.finished; this.at += 1) {
      const code = rest.charCodeAt(this.at)
      if (this.inText) {
        if (this.escaped) this.escaped = false
        else if (code === 92) this.escaped = true
        else if (code === 34) this.inText = false
      } else if (code === 34) this.inText = true
      else if (code === 91 || code === 123) this.depth += 1
      else if (code === 93 || code === 125) {
        this.depth -= 1
        if (this.depth === 0) end = this.at + 1
        else if (this.depth < 0) this.finished = rest.slice(this.at).trimEnd().endsWith('}')
        if (this.depth < 0) break
      }
    }
    if (this.depth < 0 && !this.finished) {
      // The bracket has come and the brace has not: look again with the next piece.
      this.depth = 0
    }
    return end
  }
}

export function isNumeric(type: string): boolean {
  return type === 'integer' || type === 'number' || type.startsWith('decimal')
}

/** A value as text; NULL is said where it is shown. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return ''
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}
