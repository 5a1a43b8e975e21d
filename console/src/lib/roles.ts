import type { WhoAmI } from '../api/types'

/** What the server says a person is, read for what to show; what a person may do the server decides at each call. */
export function isAuditor(who: WhoAmI | undefined): boolean {
  return who?.roles.includes('auditors') ?? false
}

export function isAdmin(who: WhoAmI | undefined): boolean {
  // The first administrator holds the role by name.
  return who !== undefined && (who.roles.includes('admins') || who.principal === 'user:admin')
}

export function mayCreateDomains(who: WhoAmI | undefined): boolean {
  return isAdmin(who)
}

/** The words for what somebody is in a domain: `owner`, `steward`, `engineer`, `service`. */
export function rolesIn(who: WhoAmI | undefined, domain: string): string[] {
  const ending = ` of ${domain}`
  return (who?.roles ?? []).filter((role) => role.endsWith(ending)).map((role) => role.slice(0, -ending.length))
}

export function isMember(who: WhoAmI | undefined, domain: string): boolean {
  return rolesIn(who, domain).length > 0
}

export function isOwner(who: WhoAmI | undefined, domain: string): boolean {
  return rolesIn(who, domain).includes('owner')
}

export function isSteward(who: WhoAmI | undefined, domain: string): boolean {
  return rolesIn(who, domain).includes('steward')
}

/** Whether the server tells a person who reads the products of a domain. */
export function answersFor(who: WhoAmI | undefined, domain: string): boolean {
  return isAuditor(who) || rolesIn(who, domain).some((role) => role === 'owner' || role === 'steward')
}

/** The domains in which a person may declare products. */
export function domainsToBuildIn(who: WhoAmI): string[] {
  const built = who.roles.flatMap((role) => /^(?:owner|engineer) of (.+)$/.exec(role)?.[1] ?? [])
  return [...new Set(built)].sort()
}

/** The domains whose data a person looks after, as owner, steward or engineer. */
export function domainsOf(who: WhoAmI): string[] {
  const kept = who.roles.flatMap((role) => /^(?:owner|steward|engineer) of (.+)$/.exec(role)?.[1] ?? [])
  return [...new Set(kept)].sort()
}

/** A service belongs to a domain; people of the domain ask for it. */
export function mayAskForServices(me: WhoAmI): boolean {
  return me.roles.some((role) => / of \S+$/.test(role) && !role.startsWith('founder'))
}
