import type { ReactNode } from 'react'
import { CopyButton } from './CopyButton'

/** Text to be used elsewhere: shown whole, and copied. */
export function CodeLine({ label, text, what, children }: { label: string; text: string; what: string; children?: ReactNode }) {
  return (
    <div className="code-line">
      <div className="code-line-head">
        <div>{children}</div>
        <CopyButton text={text} what={what} />
      </div>
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{text}</code>
      </pre>
    </div>
  )
}
