import { finder } from '../../lib/finding'

/** One line of the palette. */
export type Entry = { id: string; group: Group; text: string; hint?: string; run: () => void }
export const GROUPS = ['Pages', 'Saved searches', 'Products', 'Actions'] as const
export type Group = (typeof GROUPS)[number]

/** The entries in whose text every word is found, in their groups' order. */
export function matching(entries: readonly Entry[], typed: string): Entry[] {
  const found = finder(typed)
  // What the server found it found by more than the name.
  const fits = ({ group, text }: Entry) => group === 'Products' || found(text)
  return GROUPS.flatMap((group) => entries.filter((entry) => entry.group === group && fits(entry)))
}

/** Where an arrow leads from a line of `count`: round at both ends. */
export function moved(at: number, key: string, count: number): number {
  if (count === 0) return 0
  if (key === 'ArrowDown') return (at + 1) % count
  if (key === 'ArrowUp') return (at - 1 + count) % count
  return Math.min(at, count - 1)
}
