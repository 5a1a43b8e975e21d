import type { EntitlementItem, RequestItem } from '../../api/types'

/** Earlier decisions about the same product and purpose: how many of which kind, and the newest of them. */
export function similar(request: RequestItem, all: readonly RequestItem[]): { approved: number; denied: number; newest: RequestItem[] } {
  const same = all.filter(
    ({ id, product, purpose, state }) =>
      id !== request.id && product === request.product && purpose === request.purpose && (state === 'approved' || state === 'denied'),
  )
  const count = (state: string) => same.filter((item) => item.state === state).length
  return { approved: count('approved'), denied: count('denied'), newest: same.slice(0, 5) }
}

/** What the one it is for, or their groups, can read already, as far as the one who decides may know. */
export function otherAccess(request: RequestItem, held: readonly EntitlementItem[]): EntitlementItem[] {
  const groups = (request.to_decide?.groups ?? []).map((group) => `group:${group}`)
  const subjects = new Set([request.by, request.subject, ...groups])
  return held.filter(({ subject, state }) => state === 'active' && subjects.has(subject))
}
