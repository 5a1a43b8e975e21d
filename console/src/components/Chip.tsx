import type { Sign } from '../lib/words'

const MARKS = { good: '✓', warn: '●', bad: '!', plain: '–' } as const

/** A state in a word. The mark repeats what the colour says, for those who do not see the colour. */
export function Chip({ sign }: { sign: Sign }) {
  return (
    <span className={`chip chip-${sign.tone}`}>
      <span aria-hidden="true">{MARKS[sign.tone]}</span> {sign.text}
    </span>
  )
}

export function Label({ children }: { children: string }) {
  return <span className="chip chip-label">{children}</span>
}
