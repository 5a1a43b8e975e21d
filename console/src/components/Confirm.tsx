import type { ReactNode } from 'react'
import { Dialog } from './Dialog'
import { ProblemNotice } from './ProblemNotice'

type Props = {
  title: string
  /** What the button does: `Revoke`. */
  act: string
  pending: boolean
  error: Error | null
  confirm: () => void
  close: () => void
  /** What follows from it. */
  children: ReactNode
}

/** Asks before something that cannot be undone. */
export function Confirm({ title, act, pending, error, confirm, close, children }: Props) {
  return (
    <Dialog title={title} close={close}>
      {children}
      {error !== null && <ProblemNotice error={error} />}
      <p className="row">
        <button type="button" className="button" onClick={close}>
          Keep
        </button>
        <button type="button" className="button button-danger" disabled={pending} onClick={confirm}>
          {act}
        </button>
      </p>
    </Dialog>
  )
}
