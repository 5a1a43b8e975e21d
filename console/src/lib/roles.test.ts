import { expect, it } from 'vitest'
import type { WhoAmI } from '../api/types'
import { domainsToBuildIn, isMember, isOwner, mayCreateDomains } from './roles'

const who = (...roles: string[]) => ({ roles }) as WhoAmI

it('reads from the roles what a person may be offered', () => {
  const both = who('engineer of policy', 'owner of claims', 'engineer of claims', 'steward of finance')
  expect(domainsToBuildIn(both)).toEqual(['claims', 'policy'])
  expect(isMember(both, 'finance')).toBe(true)
  expect(isOwner(both, 'policy')).toBe(false)
  expect(mayCreateDomains(both)).toBe(false)
  expect(mayCreateDomains(who('admins'))).toBe(true)
  expect(domainsToBuildIn(who('guild'))).toEqual([])
})
