import { useState } from 'react'

/** Copies text. Pages on plain HTTP have no clipboard; there it says so instead of doing nothing. */
export function CopyButton({ text, what, label = 'Copy' }: { text: string; what: string; label?: 'Copy' | 'Copy link' }) {
  const [said, setSaid] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid('Copied')
    } catch {
      setSaid('The browser does not allow copying here; select the text instead')
    }
  }
  return (
    <span className="copy">
      <button type="button" className="button" onClick={() => void copy()} aria-label={`Copy ${what}`}>
        {label}
      </button>
      <span role="status" className="quiet small">
        {said}
      </span>
    </span>
  )
}
