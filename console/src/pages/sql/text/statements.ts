import { piecesOf } from './scan'

export type Range = { from: number; to: number }

/** The statements of a text, without the semicolons between them and the space around them. */
export function statementsOf(text: string): Range[] {
  const ends: number[] = []
  for (const piece of piecesOf(text)) {
    if (piece.kind !== 'code') continue
    for (let at = text.indexOf(';', piece.from); at >= 0 && at < piece.to; at = text.indexOf(';', at + 1)) ends.push(at)
  }
  const ranges: Range[] = []
  let from = 0
  for (const to of [...ends, text.length]) {
    const range = trimmed(text, { from, to })
    if (hasCode(text, range)) ranges.push(range)
    from = to + 1
  }
  return ranges
}

function trimmed(text: string, { from, to }: Range): Range {
  const part = text.slice(from, to)
  const start = from + (part.length - part.trimStart().length)
  return { from: start, to: Math.max(start, from + part.trimEnd().length) }
}

/** Whether there is anything but comments. */
function hasCode(text: string, { from, to }: Range): boolean {
  return piecesOf(text.slice(from, to)).some(
    (piece) => piece.kind !== 'comment' && text.slice(from + piece.from, from + piece.to).trim() !== '',
  )
}

/**
 * What Run runs: the selection if there is one, else the statement in which the cursor is or which it follows; `null` if there
 * is none.
 */
export function chosenStatement(text: string, selection: Range): Range | null {
  if (selection.from !== selection.to) {
    const part = trimmed(text, selection)
    return part.from < part.to ? part : null
  }
  const statements = statementsOf(text)
  const before = statements.filter((range) => range.from <= selection.from).at(-1)
  return before ?? statements[0] ?? null
}
