import { csvText } from '../../lib/csv'
import { finder } from '../../lib/finding'
import type { Box, Graph } from './graph'
import type { LineageSearch, Sort } from './search'
import { endWords, howWords, sideWords } from './words'

export type End = { text: string; box: Box; column: string | null }
/** A link as a line of the table: the same as the graph shows, in words. */
export type Line = { id: string; side: string; from: End; to: End; how: string; columns: number }

export function linesOf({ boxes, links }: Graph): Line[] {
  const byId = new Map(boxes.map((box) => [box.id, box]))
  const end = (id: string, column: string | null): End | undefined => {
    const box = byId.get(id)
    return box && { text: endWords(box, column), box, column }
  }
  return links.flatMap((link) => {
    const [from, to] = [end(link.from, link.fromColumn), end(link.to, link.toColumn)]
    if (from === undefined || to === undefined) return []
    return [{ id: link.id, side: sideWords(link.side), from, to, how: howWords(link.hows), columns: link.pairs.length }]
  })
}

const TEXTS: Record<Sort, (line: Line) => string> = {
  from: ({ from }) => from.text,
  to: ({ to }) => to.text,
  how: ({ how }) => how,
  side: ({ side }) => side,
}

/** The lines that hold every word, in the order asked for; of equal ones by what depends and on what. */
export function linesFor(lines: readonly Line[], { find = '', sort = 'side', desc }: LineageSearch): Line[] {
  const found = finder(find)
  const kept = lines.filter((line) => found(Object.values(TEXTS).map((textOf) => textOf(line)).join(' ')))
  // Upstream before downstream, as the graph reads from left to right.
  const turn = (sort === 'side' ? -1 : 1) * (desc ? -1 : 1)
  const compare = (a: Line, b: Line, by: Sort) => TEXTS[by](a).localeCompare(TEXTS[by](b))
  return kept.sort((a, b) => turn * compare(a, b, sort) || compare(a, b, 'to') || compare(a, b, 'from'))
}

const CSV_HEADER = ['Side', 'From', 'To', 'How', 'Columns'] as const

/** The lines as a file. */
export function edgesCsv(lines: readonly Line[]): string {
  return csvText(CSV_HEADER, lines.map(({ side, from, to, how, columns }) => [side, from.text, to.text, how, columns]))
}
