import type { EntitlementItem, RequestItem } from '../../api/types'
import { nameOf, type Tone } from '../../lib/words'

/** One step of a request: what, who, when, and what was said. `at` is absent for what is still to come. */
export type Step = { what: string; tone: Tone; who?: string; at?: string; note?: string; next?: true }

/** What happened to a request and what happens next. */
export function timeline(request: RequestItem, access: EntitlementItem | undefined, approver: string | undefined, now: Date): Step[] {
  const steps: Step[] = [{ what: 'Asked', tone: 'good', who: nameOf(request.by), at: request.at, ...(request.reason && { note: request.reason }) }]
  const decided = {
    ...(request.decided_by && { who: request.decided_by === 'automatic' ? 'a rule of the product' : nameOf(request.decided_by) }),
    ...(request.decided_at && { at: request.decided_at }),
    ...(request.note && { note: request.note }),
  }
  switch (request.state) {
    case 'pending':
      steps.push({ what: 'Waits for a decision', tone: 'warn', next: true, ...(approver && { who: approver }) })
      break
    case 'approved':
      steps.push({ what: 'Approved', tone: 'good', ...decided })
      if (access !== undefined) steps.push(...accessSteps(access, now))
      break
    case 'denied':
      steps.push({ what: 'Denied', tone: 'bad', ...decided })
      break
    case 'withdrawn':
      steps.push({ what: 'Withdrawn', tone: 'plain', ...decided })
      break
    default:
      steps.push({ what: request.state, tone: 'plain', ...decided })
  }
  return steps
}

function accessSteps({ state, since, until }: EntitlementItem, now: Date): Step[] {
  if (state === 'revoked') return [{ what: 'Access was ended', tone: 'plain' }]
  const over = state === 'expired' || (until != null && new Date(until) <= now)
  if (over) return [{ what: 'Access has expired', tone: 'plain', ...(until != null && { at: until }) }]
  const active: Step = { what: 'Access is active', tone: 'good', at: since }
  return until == null ? [active] : [active, { what: 'Access ends', tone: 'plain', at: until, next: true }]
}
