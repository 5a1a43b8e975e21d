import type { EntitlementItem, NewRequest, RequestItem } from '../api/types'
import { daysLeft } from './time'

/** From when on a person should be reminded that access ends. */
export const SOON_DAYS = 14

function sameTerms(a: EntitlementItem, b: EntitlementItem): boolean {
  const terms = ({ subject, product, purposes, rows, clear }: EntitlementItem) =>
    JSON.stringify([subject, product, [...purposes].sort(), rows, [...clear].sort()])
  return terms(a) === terms(b)
}

/** Active access that ends soon and is not followed by a longer one on the same terms; the first to end comes first. */
export function expiring(items: readonly EntitlementItem[], now: Date): EntitlementItem[] {
  const active = items.filter(({ state }) => state === 'active')
  const follows = (item: EntitlementItem) => (other: EntitlementItem) =>
    other !== item && sameTerms(item, other) && (other.until == null || (item.until != null && other.until > item.until))
  return active
    .filter(({ until }) => until != null && daysLeft(until, now) <= SOON_DAYS)
    .filter((item) => !active.some(follows(item)))
    .sort((a, b) => (a.until ?? '').localeCompare(b.until ?? ''))
}

/** The request that asks for the same once more; nothing where the access did not come from one request. */
export function renewalOf(item: EntitlementItem, asked: readonly RequestItem[], who: string): NewRequest | null {
  const [purpose, ...others] = item.purposes
  if (purpose === undefined || purpose === 'all' || others.length > 0) return null
  const before = asked.find(({ entitlement }) => entitlement === item.id)
  return {
    product: item.product,
    purpose,
    reason: before?.reason ?? `Renewal of ${item.id}`,
    ...(item.subject === who ? {} : { for: item.subject }),
    ...(item.rows === 'default' ? {} : { rows: item.rows }),
    ...(item.clear.length === 0 ? {} : { clear: item.clear }),
  }
}

/** A request on the same terms that waits already. */
export function waitingRenewal(item: EntitlementItem, asked: readonly RequestItem[]): RequestItem | undefined {
  return asked.find(
    ({ state, product, subject, purpose, rows }) =>
      state === 'pending' && product === item.product && subject === item.subject && item.purposes.includes(purpose) && rows === item.rows,
  )
}
