import { expect, it } from 'vitest'
import type { EntitlementItem, WhoAmI } from '../../api/types'
import { purposesOf, statedPurpose } from './purposes'

const me = { principal: 'user:ana', groups: ['analysts'] } as WhoAmI
const item = (subject: string, state: string, ...purposes: string[]) => ({ subject, state, purposes }) as EntitlementItem

it('are those of active access of one’s own', () => {
  const held = [
    item('user:ana', 'active', 'pricing'),
    item('group:analysts', 'active', 'fraud', 'pricing'),
    item('user:ana', 'revoked', 'sales'),
    item('user:eve', 'active', 'other'),
  ]
  expect(purposesOf(me, held)).toEqual(['fraud', 'pricing'])
})

it('are not chosen for a person who has several, or whose token has one', () => {
  expect(statedPurpose(undefined, ['fraud'], null)).toBe('fraud')
  expect(statedPurpose(undefined, ['fraud', 'pricing'], null)).toBe('')
  expect(statedPurpose(undefined, ['fraud'], 'pricing')).toBe('')
  expect(statedPurpose('', ['fraud'], null)).toBe('')
})
