import { printable } from './text'
import type { How, Side } from './dependence'
import type { Box, Link } from './graph'
import type { Level } from './search'
import type { Place } from './place'

export const LEVEL_WORDS: Record<Level, string> = { product: 'Products', port: 'Tables', column: 'Columns' }

const HOWS: Record<How, string> = {
  copy: 'Copied',
  derived: 'Computed',
  rows: 'Decides which rows there are',
  unknown: 'Not known',
}

export function howWords(hows: readonly How[]): string {
  return (['copy', 'derived', 'rows', 'unknown'] as const)
    .filter((how) => hows.includes(how))
    .map((how, at) => (at === 0 ? HOWS[how] : HOWS[how].charAt(0).toLowerCase() + HOWS[how].slice(1)))
    .join(', ')
}

export function sideWords(side: Side): string {
  return side === 'up' ? 'Upstream' : 'Downstream'
}

export const NAMELESS = 'not visible to you'

export function placeWords(place: Place): string {
  if (place.kind === 'hidden') return NAMELESS
  return printable(place.column === null ? place.table : `${place.table}.${place.column}`)
}

/** An end of a link as the table names it. */
export function endWords(box: Box, column: string | null): string {
  if (box.kind === 'hidden') return NAMELESS
  const name = box.kind === 'own' ? ownName(box) : box.id
  return printable(column === null ? name : `${name}.${column}`)
}

function ownName(box: Box): string {
  return box.id.endsWith('/') ? `own tables of ${box.subtitle}` : box.id
}

const KINDS: Record<Box['kind'], string> = { product: 'product', port: 'port', own: 'own table of a domain', hidden: 'restricted' }

/** What a screen reader says of a box. */
export function boxLabel(box: Box, links: readonly Link[], more: number): string {
  const into = new Set(links.filter(({ to }) => to === box.id).map(({ from }) => from)).size
  const out = new Set(links.filter(({ from }) => from === box.id).map(({ to }) => to)).size
  const name = box.kind === 'hidden' ? `Restricted, ${NAMELESS}` : `${endWords(box, null)}, ${KINDS[box.kind]}`
  const asked = box.side === 'focus' ? ', what you look at' : ''
  const columns = box.columns.length > 0 ? `, ${box.columns.length + box.folded.length} columns` : ''
  return `${name}${asked}${columns}, ${into} upstream, ${out} downstream${more > 0 ? `, ${more} more beyond` : ''}`
}

export function countWords(boxes: number, links: number): string {
  return `${boxes.toLocaleString('en')} ${boxes === 1 ? 'box' : 'boxes'}, ${links.toLocaleString('en')} ${links === 1 ? 'link' : 'links'}`
}
