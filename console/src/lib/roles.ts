import type { WhoAmI } from '../api/types'

/** The server says roles in words, `engineer of claims`; a page only reads from them what to offer. */
const HELD = /^(owner|engineer|steward) of (.+)$|^(service) of (.+)$/

function held(who: WhoAmI): [role: string, domain: string][] {
  return who.roles.flatMap((role): [string, string][] => {
    const match = HELD.exec(role)
    return match ? [[match[1] ?? match[3] ?? '', match[2] ?? match[4] ?? '']] : []
  })
}

export function isMember(who: WhoAmI, domain: string): boolean {
  return held(who).some(([, of]) => of === domain)
}

export function isOwner(who: WhoAmI, domain: string): boolean {
  return held(who).some(([role, of]) => role === 'owner' && of === domain)
}

/** The domains in which a person may declare products. */
export function domainsToBuildIn(who: WhoAmI): string[] {
  const built = held(who).filter(([role]) => role === 'owner' || role === 'engineer')
  return [...new Set(built.map(([, domain]) => domain))].sort()
}

export function mayCreateDomains(who: WhoAmI): boolean {
  return who.roles.some((role) => role === 'admins' || role === 'founder of the empty mesh')
}
