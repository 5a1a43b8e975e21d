import type { EntitlementItem, FoundItem, RequestItem, WhoAmI } from '../api/types'

/** Lists hold what a person answers for besides what is theirs; these two pick the latter. */
export function isMine(who: WhoAmI, subject: string): boolean {
  return subject === who.principal || who.groups.some((group) => subject === `group:${group}`)
}

export function myRequests(who: WhoAmI, items: readonly RequestItem[]): RequestItem[] {
  return items.filter((item) => item.by === who.principal || isMine(who, item.subject))
}

export function myAccess(who: WhoAmI, items: readonly EntitlementItem[]): EntitlementItem[] {
  return items.filter((item) => isMine(who, item.subject))
}

export function mayBeAskedFor(item: FoundItem): boolean {
  return item.access === 'no' && item.status === 'published'
}
