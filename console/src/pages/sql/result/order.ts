import { cellText, isNumeric, type Column, type Row } from './rows'

export type Order = { column: number; descending: boolean }

/** What a click on a column's head makes of the order: up, down, as it came. */
export function nextOrder(now: Order | null, column: number): Order | null {
  if (now === null || now.column !== column) return { column, descending: false }
  return now.descending ? null : { column, descending: true }
}

/** Positions of the rows in an order; equal rows stay as they came, and NULL is last either way. */
export function ordered(rows: readonly Row[], columns: readonly Column[], order: Order | null): Uint32Array {
  const positions = Uint32Array.from(rows.keys())
  if (order === null) return positions
  const type = columns[order.column]?.type ?? ''
  const sign = order.descending ? -1 : 1
  const texts = rows.map((row) => (row[order.column] === null ? null : cellText(row[order.column])))
  // Number rounds: it decides where it tells values apart, and the exact texts where it does not.
  const numbers = isNumeric(type) ? texts.map((text) => (text === null ? 0 : Number(text))) : null
  return positions.sort((a, b) => {
    const [left, right] = [texts[a] ?? null, texts[b] ?? null]
    if (left === null || right === null) return Number(left === null) - Number(right === null) || a - b
    if (numbers !== null) return sign * compareNumbers(left, right, numbers[a] ?? 0, numbers[b] ?? 0) || a - b
    return (left < right ? -sign : left > right ? sign : 0) || a - b
  })
}

function compareNumbers(left: string, right: string, a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a !== b) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return left === right || !Number.isFinite(a) ? 0 : compareExactly(left, right)
}

/** Decimals and integers as they are written: whole part and fraction, never rounded. */
function compareExactly(left: string, right: string): number {
  const scaled = (text: string, digits: number) => {
    const [whole = '', fraction = ''] = text.split('.')
    return BigInt(whole + fraction.padEnd(digits, '0'))
  }
  if (!/^-?\d+(\.\d+)?$/.test(left) || !/^-?\d+(\.\d+)?$/.test(right)) return 0
  const digits = Math.max(...[left, right].map((text) => (text.split('.')[1] ?? '').length))
  const [a, b] = [scaled(left, digits), scaled(right, digits)]
  return a < b ? -1 : a > b ? 1 : 0
}
