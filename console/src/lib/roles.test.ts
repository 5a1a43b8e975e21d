import { expect, it } from 'vitest'
import type { WhoAmI } from '../api/types'
import { answersFor, domainsOf, domainsToBuildIn, isAdmin, isAuditor, isMember, isOwner, mayCreateDomains, rolesIn } from './roles'

const who = (principal: string, ...roles: string[]) => ({ principal, roles }) as WhoAmI

it('knows the roles in one domain from those in another whose name ends the same', () => {
  const erin = who('user:erin', 'engineer of claims', 'owner of old-claims', 'guild')
  expect(rolesIn(erin, 'claims')).toEqual(['engineer'])
  expect(rolesIn(erin, 'old-claims')).toEqual(['owner'])
  expect(rolesIn(undefined, 'claims')).toEqual([])
})

it('tells who answers for a domain', () => {
  expect(answersFor(who('user:e', 'engineer of claims'), 'claims')).toBe(false)
  expect(answersFor(who('user:s', 'steward of claims'), 'claims')).toBe(true)
  expect(answersFor(who('user:i', 'auditors'), 'claims')).toBe(true)
})

it('counts the first administrator among the administrators, and nobody for somebody', () => {
  expect(isAdmin(who('user:admin'))).toBe(true)
  expect(isAdmin(who('user:petra', 'admins'))).toBe(true)
  expect(isAdmin(undefined) || isAuditor(undefined) || isAuditor(who('user:petra', 'admins'))).toBe(false)
})

it('reads from the roles what a person may be offered', () => {
  const both = who('user:b', 'engineer of policy', 'owner of claims', 'engineer of claims', 'steward of finance')
  expect(domainsToBuildIn(both)).toEqual(['claims', 'policy'])
  expect(domainsOf(both)).toEqual(['claims', 'finance', 'policy'])
  expect(isMember(both, 'finance')).toBe(true)
  expect(isOwner(both, 'policy')).toBe(false)
  expect(mayCreateDomains(both)).toBe(false)
  expect(mayCreateDomains(who('user:p', 'admins'))).toBe(true)
  expect(domainsToBuildIn(who('user:g', 'guild'))).toEqual([])
})
