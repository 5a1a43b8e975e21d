import type { ProductAccess } from '../../../api/types'
import { counted, rowsWords } from '../../../lib/words'

type Automatic = ProductAccess['automatic'][number]

/** What the person themselves gets without anybody's decision; and what other groups get, for those who may know. */
export function automaticOf({ automatic }: Pick<ProductAccess, 'automatic'>): { mine: Automatic[]; others: Automatic[] } {
  return { mine: automatic.filter(({ mine }) => mine), others: automatic.filter(({ mine }) => !mine) }
}

export function automaticWords({ group, purpose, days, mine }: Automatic): string {
  const who = mine ? `As a member of ${group} you` : `Members of ${group}`
  return `${who} get access for ${purpose} at once, for ${counted(days, 'day')}.`
}

/** What such access is limited to; anything beyond is decided by people. */
export function automaticLimits(defaultScope: string): string {
  return `It covers ${rowsWords('default', defaultScope)} and shows no protected class clear. Whatever goes beyond is decided by people.`
}
