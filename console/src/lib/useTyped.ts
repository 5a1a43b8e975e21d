import { useEffect, useRef, useState } from 'react'
import { PAUSE_MS } from './useLater'

/** The words of a search box: shown as they are typed, handed on after a pause. */
export function useTyped(handed: string, hand: (words: string) => void): [string, (words: string) => void] {
  const [words, setWords] = useState(handed)
  const latest = useRef(hand)
  latest.current = hand
  useEffect(() => {
    if (words.trim() === handed) return undefined
    const timer = setTimeout(() => latest.current(words.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [words, handed])
  return [words, setWords]
}
