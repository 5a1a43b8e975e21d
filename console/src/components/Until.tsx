import { SOON_DAYS } from '../lib/renewal'
import { daysLeft } from '../lib/time'
import { Time } from './Time'

export function endsSoon(until: string | null | undefined, now: Date): boolean {
  return until != null && daysLeft(until, now) <= SOON_DAYS
}

export function Until({ at }: { at: string | null | undefined }) {
  if (at == null) return <>no end</>
  return (
    <>
      {at.slice(0, 10)} <span className={endsSoon(at, new Date()) ? 'warn-text' : 'quiet'}>(<Time at={at} />)</span>
    </>
  )
}
