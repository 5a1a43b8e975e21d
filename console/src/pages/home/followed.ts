import type { FollowItem } from '../../api/desk'

/** What is followed, the latest publication first; what was never published last, by name. */
export function newestFirst(items: readonly FollowItem[]): FollowItem[] {
  return [...items].sort(
    (a, b) => (b.published_at ?? '').localeCompare(a.published_at ?? '') || a.reference.localeCompare(b.reference),
  )
}

/** Whether the major version before is still served, so that its end concerns somebody. */
export function endOfPrevious({ previous_until: until }: FollowItem, now: Date): string | undefined {
  return until != null && new Date(until) > now ? until : undefined
}
