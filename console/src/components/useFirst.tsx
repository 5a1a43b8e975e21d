import { useState, type ReactNode } from 'react'
import { counted } from '../lib/words'

/** The first of many items until all are wished for, and the button for that; no button where all are shown. */
export function useFirst<T>(items: readonly T[], most: number, one: string): { shown: readonly T[]; showAll: ReactNode } {
  const [all, setAll] = useState(false)
  if (all || items.length <= most) return { shown: items, showAll: null }
  const showAll = (
    <button type="button" className="button" onClick={() => setAll(true)}>
      Show all {counted(items.length, one)}
    </button>
  )
  return { shown: items.slice(0, most), showAll }
}
