import { counted, howWord } from '../../lib/words'
import { printable } from './text'
import type { How, Side } from './dependence'
import type { Drawing, DrawnLink } from './drawing'
import type { Box } from './graph'
import type { Level } from './search'
import type { Place } from './place'

export const LEVEL_WORDS: Record<Level, string> = { product: 'Products', port: 'Tables', column: 'Columns' }

export function howWords(hows: readonly How[]): string {
  return (['copy', 'derived', 'rows', 'unknown'] as const)
    .filter((how) => hows.includes(how))
    .map((how, at) => (at === 0 ? howWord(how) : howWord(how).charAt(0).toLowerCase() + howWord(how).slice(1)))
    .join(', ')
}

export function sideWords(side: Side): string {
  return side === 'up' ? 'Upstream' : 'Downstream'
}

const NAMELESS = 'not visible to you'

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

type More = Record<Side, ReadonlyMap<string, number>>

/** What a screen reader says of each box. */
export function boxLabels({ boxes, links }: Drawing, more: More): Map<string, string> {
  const into = neighbourCounts(links, 'to', 'from')
  const out = neighbourCounts(links, 'from', 'to')
  return new Map(
    [...boxes.values()].map(({ box }) => {
      const beyond = (more.up.get(box.id) ?? 0) + (more.down.get(box.id) ?? 0)
      return [box.id, boxLabel(box, into.get(box.id)?.size ?? 0, out.get(box.id)?.size ?? 0, beyond)]
    }),
  )
}

function neighbourCounts(links: readonly DrawnLink[], near: 'from' | 'to', far: 'from' | 'to'): Map<string, Set<string>> {
  const counts = new Map<string, Set<string>>()
  for (const { link } of links) counts.set(link[near], (counts.get(link[near]) ?? new Set()).add(link[far]))
  return counts
}

function boxLabel(box: Box, into: number, out: number, beyond: number): string {
  const name = box.kind === 'hidden' ? `Restricted, ${NAMELESS}` : `${endWords(box, null)}, ${KINDS[box.kind]}`
  const asked = box.side === 'focus' ? ', what you look at' : ''
  const columns = box.columns.length > 0 ? `, ${counted(box.columns.length + box.folded.length, 'column')}` : ''
  return `${name}${asked}${columns}, ${into} upstream, ${out} downstream${beyond > 0 ? `, ${beyond} more beyond` : ''}`
}

export function countWords(boxes: number, links: number): string {
  return `${counted(boxes, 'box', 'boxes')}, ${counted(links, 'link')}`
}
