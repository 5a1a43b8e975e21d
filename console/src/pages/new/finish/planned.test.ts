import { expect, it } from 'vitest'
import type { Planned, PlannedChange } from '../../../api/plan'
import { judged } from './planned'

const change = (path: string, more: Partial<PlannedChange> = {}): PlannedChange => ({
  verb: 'create',
  object: `product:${path}`,
  path,
  details: [],
  felt_by: [],
  ...more,
})
const plan = (...changes: PlannedChange[]): Planned => ({ repository: 'mesh:m', seq: 1, changes, basis: { files: '', objects: {} } })

it('offers to apply the wizard’s own files and nothing else', () => {
  expect(judged(plan(change('a'), change('b', { verb: 'unchanged' })), ['a']).against).toBeNull()
  expect(judged(plan(change('a'), change('b', { verb: 'retire' })), ['a']).against).toMatch(/more than these files/)
})

it('does not offer what is refused, unconfirmed or nothing', () => {
  expect(judged(plan(change('a', { refused: 'only owners may' })), ['a']).against).toMatch(/not yours/)
  expect(judged(plan(change('a', { confirm: '--loosen a' })), ['a']).against).toMatch(/confirmed/)
  expect(judged(plan(change('a', { verb: 'unchanged' })), ['a']).against).toMatch(/change nothing/)
})
