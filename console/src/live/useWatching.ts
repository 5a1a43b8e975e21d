import { useEffect, useState } from 'react'

/** A page that nobody looks at gives its connection back; a browser has few for one server. */
const HIDDEN_MS = 30_000

/** Whether somebody looks at the page, or did until a moment ago. */
export function useWatching(): boolean {
  const [watching, setWatching] = useState(true)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      clearTimeout(timer)
      if (document.visibilityState === 'visible') setWatching(true)
      else timer = setTimeout(() => setWatching(false), HIDDEN_MS)
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])
  return watching
}
