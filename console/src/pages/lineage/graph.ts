import { keyOf, type Dependence, type How, type Side } from './dependence'
import type { Focus, Place } from './place'
import type { Level } from './search'

type BoxKind = 'product' | 'port' | 'own' | 'hidden'

/** A product, a table, or what may not be told. */
export type Box = {
  id: string
  kind: BoxKind
  title: string
  subtitle: string
  /** What can be asked about instead: nothing of a domain's own table or of what is nameless. */
  reference: string | null
  product: string | null
  side: Side | 'focus'
  /** Columns that something leads to or from, where the level is columns; those beyond the first are folded into one row. */
  columns: string[]
  folded: string[]
}

/** One thing that an end depends on for another; an end without a column is the box as a whole. */
export type Link = {
  id: string
  from: string
  to: string
  fromColumn: string | null
  toColumn: string | null
  side: Side
  hows: How[]
  pairs: Pair[]
}

export type Pair = { from: Place; to: Place; how: How }

export type Graph = { boxes: Box[]; links: Link[] }

const MOST_COLUMNS = 15

/** Boxes and links of a level. The box of what was asked about is there even if nothing leads to or from it. */
export function graphOf(dependences: readonly Dependence[], level: Level, focus: Focus): Graph {
  const boxes = new Map<string, Box>()
  const links = new Map<string, Link>()
  const pairs = new Set<string>()
  const columns = new Map<string, Set<string>>()
  for (const box of focusBoxes(dependences, level, focus)) boxes.set(box.id, box)

  for (const { from, to: toPlace, how, side } of dependences) {
    // What decides which rows there are does so for every column: that is said once, of the table.
    const to = how === 'rows' ? { ...toPlace, column: null } : toPlace
    const end = boxOf(to, level, side, '')
    const start = boxOf(from, level, side, end.id)
    if (start.id === end.id) continue
    for (const box of [start, end]) if (!boxes.has(box.id)) boxes.set(box.id, box)
    const fromColumn = level === 'column' ? from.column : null
    const toColumn = level === 'column' ? to.column : null
    note(columns, start.id, fromColumn)
    note(columns, end.id, toColumn)
    const id = JSON.stringify([start.id, fromColumn, end.id, toColumn])
    const link = links.get(id) ?? { id, from: start.id, to: end.id, fromColumn, toColumn, side, hows: [], pairs: [] }
    links.set(id, link)
    if (!link.hows.includes(how)) link.hows.push(how)
    const pair = `${id} ${keyOf(from)}\n\n${keyOf(to)} ${how}`
    if (!pairs.has(pair)) link.pairs.push({ from, to, how })
    pairs.add(pair)
  }
  if (level === 'column' && focus.port !== null) note(columns, `${focus.product}.${focus.port}`, focus.column)
  return { boxes: [...boxes.values()].map((box) => withColumns(box, columns.get(box.id), focus)), links: [...links.values()] }
}

/** All of a product's boxes that were asked about: one, or one for each port that something is known of. */
function focusBoxes(dependences: readonly Dependence[], level: Level, focus: Focus): Box[] {
  if (level === 'product') return [productBox(focus.product, 'focus')]
  const named = focus.port === null ? [] : [`${focus.product}.${focus.port}`]
  const found = dependences.flatMap(({ from, to }) => [from, to]).filter((place) => isAsked(place, focus))
  const tables = [...new Set([...named, ...found.map(({ table }) => table)])]
  return tables.length === 0 ? [productBox(focus.product, 'focus')] : tables.map((table) => portBox(table, focus.product, 'focus'))
}

/** Whether a place is of what was asked about. */
export function isAsked(place: Place, { product, port, column }: Focus): boolean {
  return (
    place.product === product &&
    (port === null || place.table === `${product}.${port}`) &&
    (column === null || place.column === column)
  )
}

function boxOf(place: Place, level: Level, side: Side, dependent: string): Box {
  if (place.kind === 'hidden') {
    // One for each that depends on it: whether two are the same is not for this reader to know.
    return { ...bare(`? ${dependent}`, side), kind: 'hidden', title: 'Restricted', subtitle: 'not visible to you' }
  }
  if (place.kind === 'own') {
    const name = place.table.slice(place.domain.length + 1)
    const box = { ...bare(level === 'product' ? `${place.domain}/` : place.table, side), kind: 'own' as const }
    return level === 'product'
      ? { ...box, title: 'Own tables', subtitle: place.domain }
      : { ...box, title: name, subtitle: `own table of ${place.domain}` }
  }
  const product = place.product ?? ''
  return level === 'product' ? productBox(product, side) : portBox(place.table, product, side)
}

function bare(id: string, side: Box['side']) {
  return { id, side, reference: null, product: null, columns: [], folded: [] }
}

function productBox(product: string, side: Box['side']): Box {
  const dot = product.indexOf('.')
  const [domain, title] = [product.slice(0, dot), product.slice(dot + 1)]
  return { ...bare(product, side), kind: 'product', title, subtitle: domain, reference: product, product }
}

function portBox(table: string, product: string, side: Box['side']): Box {
  const title = table.slice(product.length + 1)
  return { ...bare(table, side), kind: 'port', title, subtitle: product, reference: table, product }
}

function note(columns: Map<string, Set<string>>, box: string, column: string | null): void {
  if (column === null) return
  const known = columns.get(box) ?? new Set()
  columns.set(box, known.add(column))
}

/** In the order of the alphabet, but what was asked about first: it must not be among the folded. */
function withColumns(box: Box, found: ReadonlySet<string> | undefined, focus: Focus): Box {
  if (found === undefined) return box
  const asked = (column: string) => box.side === 'focus' && column === focus.column
  const sorted = [...found].sort((a, b) => Number(asked(b)) - Number(asked(a)) || a.localeCompare(b))
  // A row that folds a single column would take the same place as the column.
  const shown = sorted.length <= MOST_COLUMNS + 1 ? sorted.length : MOST_COLUMNS
  return { ...box, columns: sorted.slice(0, shown), folded: sorted.slice(shown) }
}
