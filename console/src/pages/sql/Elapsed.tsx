import { useEffect, useState } from 'react'
import { millisWords } from '../../lib/time'
import { countWords } from './words'

/** The time since a statement began. It is no live region: a time that is read out ten times a second says nothing. */
export function Elapsed({ since, rows }: { since: number; rows: number }) {
  const [now, setNow] = useState(() => performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100)
    return () => clearInterval(timer)
  }, [])
  return (
    <span className="sql-elapsed">
      {millisWords(Math.max(0, now - since))}
      {rows > 0 && <span className="quiet"> · {countWords(rows)}</span>}
    </span>
  )
}
