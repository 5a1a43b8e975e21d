import { diffLines } from 'diff'

export type SideLine = { number: number; text: string }

/** One row of two texts beside each other: a line that stayed, or one that went and one that came, or one of these. */
export type SideRow = { kind: 'same' | 'changed'; left?: SideLine; right?: SideLine }

/** Rows that follow each other, or a run of unchanged ones that is folded. */
type Stretch = { folded: boolean; rows: SideRow[] }

export const AROUND = 3

/** Texts that share next to nothing would take seconds to compare; beyond this they are shown as gone and new. */
const MOST_EDITS = 1_500

type Change = { value: string; added?: boolean; removed?: boolean }

function linesIn(text: string): string[] {
  return text.replace(/\n$/, '').split('\n')
}

function changesBetween(before: string, after: string): Change[] {
  const whole: Change[] = [
    { value: before, removed: true },
    { value: after, added: true },
  ]
  return diffLines(before, after, { maxEditLength: MOST_EDITS }) ?? whole
}

/** Two texts line by line beside each other. What went is set beside what came in its place. */
export function rowsBetween(before: string, after: string): SideRow[] {
  const rows: SideRow[] = []
  let [left, right] = [0, 0]
  let gone: SideLine[] = []
  let came: SideLine[] = []
  const pair = () => {
    for (let at = 0; at < Math.max(gone.length, came.length); at += 1) {
      const [a, b] = [gone[at], came[at]]
      rows.push({ kind: 'changed', ...(a && { left: a }), ...(b && { right: b }) })
    }
    gone = []
    came = []
  }
  for (const { value, added, removed } of changesBetween(before, after)) {
    if (value === '') continue
    if (!added && !removed) pair()
    for (const text of linesIn(value)) {
      if (removed) gone.push({ number: (left += 1), text })
      else if (added) came.push({ number: (right += 1), text })
      else rows.push({ kind: 'same', left: { number: (left += 1), text }, right: { number: (right += 1), text } })
    }
  }
  pair()
  return rows
}

/** The rows with their long unchanged runs folded; a fold that would hide hardly anything is none. */
export function folded(rows: readonly SideRow[]): Stretch[] {
  const near = new Array<boolean>(rows.length).fill(false)
  rows.forEach(({ kind }, at) => {
    if (kind === 'changed') near.fill(true, Math.max(0, at - AROUND), at + AROUND + 1)
  })
  const stretches: Stretch[] = []
  rows.forEach((row, at) => {
    const last = stretches.at(-1)
    if (last !== undefined && last.folded === !near[at]) last.rows.push(row)
    else stretches.push({ folded: !near[at], rows: [row] })
  })
  return stretches.map((stretch) => (stretch.rows.length > AROUND ? stretch : { ...stretch, folded: false }))
}

/** The same rows for one column: of each run of changes first all that went, then all that came. */
export function inOneColumn(rows: readonly SideRow[]): SideRow[] {
  const lines: SideRow[] = []
  let came: SideRow[] = []
  for (const row of rows) {
    if (row.kind === 'same') {
      lines.push(...came, row)
      came = []
      continue
    }
    if (row.left) lines.push({ kind: 'changed', left: row.left })
    if (row.right) came.push({ kind: 'changed', right: row.right })
  }
  return [...lines, ...came]
}

export type Shown = { at: number; folded: number } | { at: number; rows: SideRow[] }

/** The first so many lines of what is to be seen, with the folds among them, and how many lines follow. */
export function firstOf(stretches: readonly Stretch[], open: ReadonlySet<number>, most: number): { shown: Shown[]; rest: number } {
  const shown: Shown[] = []
  let left = most
  stretches.forEach(({ folded: isFolded, rows }, at) => {
    if (isFolded && !open.has(at)) {
      if (left > 0) shown.push({ at, folded: rows.length })
      return
    }
    if (left > 0) shown.push({ at, rows: rows.slice(0, left) })
    left -= rows.length
  })
  return { shown, rest: Math.max(0, -left) }
}

export function countRows(rows: readonly SideRow[]): { gone: number; came: number } {
  const changed = rows.filter(({ kind }) => kind === 'changed')
  return { gone: changed.filter(({ left }) => left).length, came: changed.filter(({ right }) => right).length }
}
