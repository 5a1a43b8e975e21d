import { partsOf } from './json'

/** What a person typed into a long form, kept for this browser tab and this person, so that a reload loses nothing. */
const PREFIX = 'tessera.draft.'

export function readDraft<T extends object>(form: string, person: string, empty: T): T {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(`${PREFIX}${person}.${form}`) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return empty
    // A draft of an earlier console may lack fields or have others; what does not fit is left out.
    const fitting = Object.entries(empty).map(([name, value]) => {
      const kept = partsOf(stored)[name]
      return [name, sameKind(kept, value) ? kept : value]
    })
    return Object.fromEntries(fitting) as T
  } catch {
    return empty
  }
}

function sameKind(a: unknown, b: unknown): boolean {
  return typeof a === typeof b && Array.isArray(a) === Array.isArray(b)
}

export function writeDraft(form: string, person: string, draft: object): void {
  try {
    sessionStorage.setItem(`${PREFIX}${person}.${form}`, JSON.stringify(draft))
  } catch {
    // Full or forbidden: the form still has it in memory.
  }
}

export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key)
  }
}
