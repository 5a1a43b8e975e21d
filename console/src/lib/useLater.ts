import { useEffect, useState } from 'react'

/** Long enough to skip the letters of a word, short enough to feel immediate. */
export const PAUSE_MS = 200

/** A value as it was once it had not changed for a while. */
export function useLater<T>(value: T, ms: number): T {
  const [later, setLater] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return later
}
