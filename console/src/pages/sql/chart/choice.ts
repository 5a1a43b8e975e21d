import { cellText, type Column, type Row } from '../result/rows'
import { MOST_SERIES, type ChartKind } from '../search'
import { kindOf, placeOf } from './values'

/** What is drawn: columns by name; an empty `x` is the number of the row. */
export type Choice = { kind: ChartKind; x: string; y: readonly string[] }

/** What the address says of it; the rest is proposed. */
export type Wanted = { chart?: ChartKind | undefined; x?: string | undefined; y?: readonly string[] | undefined }

type Of = { columns: readonly Column[]; rows: readonly Row[]; masked: readonly boolean[] }

/** Rows that are looked at for a proposal. */
const LOOKED_AT = 500
const FEW_BARS = 100
/** Numbers that are names. */
const NAMING = /(^|_)(id|no|nr|number|code|key|zip|plz)$/i

/** Columns of the same name cannot be told apart by it: the first one is meant. */
export function indexOf(columns: readonly Column[], name: string): number {
  return columns.findIndex((column) => column.name === name)
}

/** What can be drawn along `y`: the names of the columns of numbers. */
export function measures(columns: readonly Column[]): string[] {
  return namesOf(columns, 'number')
}

function namesOf(columns: readonly Column[], kind: string): string[] {
  return [...new Set(columns.filter(({ type }) => kindOf(type) === kind).map(({ name }) => name))]
}

/** The chart of a result, or null where no column has numbers. */
export function choiceOf(wanted: Wanted, of: Of): Choice | null {
  const known = measures(of.columns)
  const given = [...new Set(wanted.y ?? [])].filter((name) => known.includes(name)).slice(0, MOST_SERIES)
  const byLikeliness = [...known].sort((a, b) => Number(isUnlikely(a, of)) - Number(isUnlikely(b, of)))
  const knownX = wanted.x !== undefined && (wanted.x === '' || indexOf(of.columns, wanted.x) >= 0) ? wanted.x : undefined
  const x = knownX ?? proposedX(byLikeliness, given, of)
  const first = byLikeliness.find((name) => name !== x) ?? byLikeliness[0]
  if (first === undefined) return null
  return { kind: wanted.chart ?? proposedKind(x, of), x, y: given.length > 0 ? given : [first] }
}

function isUnlikely(name: string, { columns, masked }: Of): boolean {
  return NAMING.test(name) || masked[indexOf(columns, name)] === true
}

function proposedX(numbers: readonly string[], drawn: readonly string[], of: Of): string {
  const isMasked = (name: string) => of.masked[indexOf(of.columns, name)] === true
  const time = namesOf(of.columns, 'time').find((name) => !isMasked(name))
  if (time !== undefined) return time
  const texts = namesOf(of.columns, 'text').sort((a, b) => Number(isMasked(a)) - Number(isMasked(b)))
  const naming = of.rows.length <= FEW_BARS ? texts.find((name) => isDistinct(name, of)) : undefined
  const rest = numbers.filter((name) => !drawn.includes(name))
  // With one number alone there is nothing to draw it along but texts.
  const number = rest.length + drawn.length > 1 ? rest[0] : undefined
  return naming ?? number ?? texts[0] ?? ''
}

function proposedKind(x: string, of: Of): ChartKind {
  const kind = x === '' ? 'number' : kindOf(of.columns[indexOf(of.columns, x)]?.type ?? '')
  if (kind === 'text') return 'bar'
  if (x === '') return 'line'
  return isDistinct(x, of) && (kind === 'time' || isAscending(x, of)) ? 'line' : 'points'
}

function cellsOf(name: string, { columns, rows }: Of) {
  const at = indexOf(columns, name)
  return rows.slice(0, LOOKED_AT).map((row) => row[at])
}

function isDistinct(name: string, of: Of): boolean {
  const texts = cellsOf(name, of).map(cellText)
  return new Set(texts).size === texts.length
}

function isAscending(name: string, of: Of): boolean {
  const places = cellsOf(name, of).map((cell) => placeOf(cell, 'number') ?? NaN)
  return places.every((place, at) => at === 0 || place > (places[at - 1] ?? Infinity))
}
