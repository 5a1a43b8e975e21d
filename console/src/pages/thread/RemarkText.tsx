import { useState } from 'react'
import { isLong } from './text'

/** A text as it was typed, line breaks and all; a long one unfolds. */
export function RemarkText({ text }: { text: string }) {
  const [open, setOpen] = useState(false)
  const long = isLong(text)
  return (
    <>
      <p className="remark-text" data-folded={long && !open} dir="auto">
        {text}
      </p>
      {long && (
        <button type="button" className="button small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : 'Show all of it'}
        </button>
      )}
    </>
  )
}
