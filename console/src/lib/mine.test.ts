import { expect, it } from 'vitest'
import type { EntitlementItem, RequestItem, WhoAmI } from '../api/types'
import { myAccess, myRequests } from './mine'

const who = { principal: 'user:sam', groups: ['claims-stewards'] } as WhoAmI

it('keeps what a steward answers for apart from what is the steward’s own', () => {
  const request = (by: string, subject: string) => ({ by, subject }) as RequestItem
  const mine = [request('user:sam', 'service:svc-claims'), request('user:eve', 'group:claims-stewards')]
  expect(myRequests(who, [...mine, request('user:ana', 'user:ana')])).toEqual(mine)

  const access = (subject: string) => ({ subject }) as EntitlementItem
  expect(myAccess(who, [access('user:sam'), access('group:fraud-analysts'), access('service:svc-claims')])).toEqual([
    access('user:sam'),
  ])
})
