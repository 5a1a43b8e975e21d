/**
 * What a tab keeps for a person between two sessions: what they typed and did not send, the names in their cart. It is there
 * when the same person signs in again, and gone when they sign out or somebody else signs in.
 */
const KEY = 'tessera.person'

let owner = sessionStorage.getItem(KEY)
const forgetters = new Set<() => void>()

export function onForget(forget: () => void): void {
  forgetters.add(forget)
}

export function belongsTo(principal: string): void {
  if (owner !== null && owner !== principal) forgetters.forEach((forget) => forget())
  owner = principal
  sessionStorage.setItem(KEY, principal)
}

export function forgetBelongings(): void {
  forgetters.forEach((forget) => forget())
  owner = null
  sessionStorage.removeItem(KEY)
}
