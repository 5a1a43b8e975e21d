import { useState } from 'react'
import { onForget } from './belongings'

/** In memory only: a form is there again after a new sign-in in its middle, not after a reload. */
const kept = new Map<string, unknown>()
onForget(() => kept.clear())

/** A form's state that outlives a session which ends in its middle; to be forgotten once it is sent or given up. */
export function useUnsent<T>(form: string, initial: () => T): [T, (change: Partial<T>) => void] {
  const [value, setValue] = useState<T>(() => (kept.has(form) ? (kept.get(form) as T) : initial()))
  const set = (change: Partial<T>) => {
    setValue((before) => {
      const next = { ...before, ...change }
      kept.set(form, next)
      return next
    })
  }
  return [value, set]
}

export function forgetUnsent(form: string): void {
  kept.delete(form)
}
