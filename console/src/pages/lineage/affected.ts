import type { Impact, ReaderUse } from '../../api/types'
import { placeOf } from './place'

/** A product that would feel a change. */
export type Felt = {
  product: string
  /** How many products away. */
  far: number
  /** `port.column`, or a port of which only the rows would change. */
  columns: string[]
  ports: string[]
  /** When somebody last read what would change; null if nobody did, or if it is not told. */
  last: string | null
  readers: number
  told: boolean
}

/** What would feel a change, a line for each product, the nearest first. */
export function feltBy({ affected, readers, readers_untold }: Impact): Felt[] {
  const found = new Map<string, Felt>()
  for (const { name, far } of affected) {
    const place = placeOf(name)
    if (place.product === null) continue
    const felt = found.get(place.product) ?? emptyOf(place.product, far, readers_untold)
    found.set(place.product, felt)
    felt.far = Math.min(felt.far, far)
    const port = place.table.slice(place.product.length + 1)
    if (place.column === null) felt.ports.push(port)
    else felt.columns.push(`${port}.${place.column}`)
  }
  for (const felt of found.values()) Object.assign(felt, usesOf(readers, felt.product))
  return [...found.values()].sort((a, b) => a.far - b.far || a.product.localeCompare(b.product))
}

/** How often what would change is read: of one product. */
function usesOf(readers: readonly ReaderUse[], product: string): { last: string | null; readers: number } {
  const uses = readers.filter(({ port }) => placeOf(port).product === product)
  const last = uses.reduce<string | null>((latest, use) => (latest === null || use.last > latest ? use.last : latest), null)
  return { last, readers: new Set(uses.map(({ principal }) => principal)).size }
}

function emptyOf(product: string, far: number, untold: readonly string[]): Felt {
  return { product, far, columns: [], ports: [], last: null, readers: 0, told: !untold.includes(product) }
}
