import { useSyncExternalStore } from 'react'
import { forgetDrafts } from '../lib/drafts'

/**
 * The token of this browser tab. It is kept in sessionStorage so that it ends with the tab and other tabs do not share it;
 * besides it only drafts of forms are, which hold no rows (`lib/drafts`).
 */
const KEY = 'tessera.token'

type Session = { token: string | null; ended: 'by-server' | 'by-person' | null }

let current: Session = { token: sessionStorage.getItem(KEY), ended: null }
const listeners = new Set<() => void>()

function change(next: Session): void {
  current = next
  listeners.forEach((listener) => listener())
}

export function currentToken(): string | null {
  return current.token
}

export function beginSession(token: string): void {
  sessionStorage.setItem(KEY, token)
  change({ token, ended: null })
}

export function endSession(ended: 'by-server' | 'by-person'): void {
  sessionStorage.removeItem(KEY)
  // Who signs out leaves nothing behind; a token that ends in the middle of a form keeps what was typed.
  if (ended === 'by-person') forgetDrafts()
  change({ token: null, ended })
}

/** Calls back at each end of a session, for what lives longer than the pages that show it. */
export function onSessionEnd(listener: (ended: Session['ended']) => void): void {
  listeners.add(() => {
    if (current.token === null) listener(current.ended)
  })
}

export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}
