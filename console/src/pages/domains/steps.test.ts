import { expect, it } from 'vitest'
import { breachOf, withStep } from './steps'

it('keeps a step in its place while more is told of it', () => {
  const started = { name: 'silver.claims', phase: 'build', state: 'started' } as const
  const other = { name: 'silver.trips', phase: 'build', state: 'started' } as const
  const steps = withStep(withStep([], started), other)
  expect(withStep(steps, { ...started, state: 'finished', rows: 7 })).toEqual([{ ...started, state: 'finished', rows: 7 }, other])
  expect(withStep(steps, { ...started, phase: 'gate' })).toHaveLength(3)
})

it('reads a broken rule out of its sentence', () => {
  const detail =
    '`claims.status` breaks `claims.status.invalidValues`: expected 0, found 1, for example `status` = `parked`, `claim_id` = `K-9`'
  expect(breachOf(detail)).toEqual({
    place: 'claims.status',
    rule: 'claims.status.invalidValues',
    expected: '0',
    found: '1',
    example: '`status` = `parked`, `claim_id` = `K-9`',
  })
  expect(breachOf('`claims` breaks `amount_is_positive`: expected 0, found 1')).toMatchObject({ found: '1', example: null })
  expect(breachOf('no freshness is promised')).toBeNull()
})
