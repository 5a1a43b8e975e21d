import type { EntitlementItem, WhoAmI } from '../../api/types'
import { myAccess } from '../../lib/mine'

/** The purposes that were granted to a person, for any product. */
export function purposesOf(me: WhoAmI, held: readonly EntitlementItem[]): string[] {
  const active = myAccess(me, held).filter((item) => item.state === 'active')
  return [...new Set(active.flatMap((item) => item.purposes))].sort()
}

/** The purpose that is stated: the one in the address; where a person has but one, that one. Several are theirs to choose from. */
export function statedPurpose(chosen: string | undefined, granted: readonly string[], ofToken: string | null | undefined): string {
  if (chosen !== undefined) return chosen
  return ofToken == null && granted.length === 1 ? (granted[0] ?? '') : ''
}
