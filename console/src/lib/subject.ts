import type { WhoAmI } from '../api/types'

/** A service belongs to a domain; people of the domain ask for it. */
export function mayAskForServices(me: WhoAmI): boolean {
  return me.roles.some((role) => / of \S+$/.test(role) && !role.startsWith('founder'))
}

export function subjectError(subject: string): string | undefined {
  return subject === 'service:' ? 'Write the name of the service.' : undefined
}
