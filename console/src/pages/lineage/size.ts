import type { Box } from './graph'

/** Sizes of what is drawn, in units of the drawing. */
export const WIDTH = 232
export const HEAD = 50
export const ROW = 24
const FOOT = 6

export type Size = { width: number; height: number }

export function sizeOf(box: Box): Size {
  const rows = box.columns.length + (box.folded.length > 0 ? 1 : 0)
  return { width: WIDTH, height: HEAD + rows * ROW + (rows > 0 ? FOOT : 0) }
}

/** How far below the top of its box a column's row is, or the middle of the head where the box as a whole is meant. */
export function rowOffset(box: Box, column: string | null): number {
  if (column === null) return HEAD / 2
  const at = box.columns.indexOf(column)
  const row = at >= 0 ? at : box.columns.length
  return HEAD + (row + 0.5) * ROW
}
