import { useEffect, useState } from 'react'

/** Long enough to skip the letters of a fast typist, short enough that an answer is there within the 200 ms that feel immediate. */
export const PAUSE_MS = 100

/** A value as it was once it had not changed for a while. */
export function useLater<T>(value: T, ms: number): T {
  const [later, setLater] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return later
}
