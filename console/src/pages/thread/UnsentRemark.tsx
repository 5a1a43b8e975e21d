import { useEffect, useRef } from 'react'
import { CopyButton } from '../../components/CopyButton'
import { forgetUnsent, useUnsent } from '../../lib/unsent'
import { RemarkText } from './RemarkText'
import { unsentRemark, type Unsent } from './text'

/** What somebody was writing while the request was decided: it was not sent, and it is not lost. */
export function UnsentRemark({ id, state }: { id: string; state: string }) {
  const name = unsentRemark(id)
  const [{ text }, set] = useUnsent<Unsent>(name, () => ({ text: '' }))
  const notice = useRef<HTMLDivElement>(null)
  const kept = text.trim() !== ''
  useEffect(() => {
    // The field that had the focus is gone.
    if (kept && document.activeElement === document.body) notice.current?.focus()
  }, [kept])
  if (!kept) return null
  return (
    <div ref={notice} tabIndex={-1} role="status" className="notice notice-warn">
      <p className="notice-title">It was {state} meanwhile, so what you wrote was not sent.</p>
      <RemarkText text={text} />
      <p className="row">
        <CopyButton text={text} what="what you wrote" />
        <button
          type="button"
          className="button"
          onClick={() => {
            set({ text: '' })
            forgetUnsent(name)
          }}
        >
          Discard
        </button>
      </p>
    </div>
  )
}
