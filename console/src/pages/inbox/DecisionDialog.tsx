import { useState } from 'react'
import { useDecide } from '../../api/changes'
import type { RequestItem } from '../../api/types'
import { Dialog } from '../../components/Dialog'
import { Field } from '../../components/Field'
import { ProblemNotice } from '../../components/ProblemNotice'
import { dayAfter } from '../../lib/time'
import { nameOf } from '../../lib/words'
import type { Decision } from './useInboxKeys'

type Props = { request: RequestItem; decision: Decision; close: () => void; decided: () => void }

/** Confirms a decision. A refusal of the server, such as that somebody else decided before, is shown as it is. */
export function DecisionDialog({ request, decision, close, decided }: Props) {
  const [note, setNote] = useState('')
  const [until, setUntil] = useState('')
  const [missing, setMissing] = useState(false)
  const decide = useDecide()
  const approving = decision === 'approve'
  const now = new Date()

  const submit = () => {
    // Who is refused is owed a reason; an approval speaks for itself.
    const lacksNote = !approving && note.trim() === ''
    setMissing(lacksNote)
    if (lacksNote) return
    const body = {
      decision,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
      ...(approving && until !== '' ? { until } : {}),
    }
    decide.mutate({ id: request.id, body }, { onSuccess: decided })
  }

  return (
    <Dialog title={approving ? 'Approve the request?' : 'Deny the request?'} close={close}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <p>
          {approving
            ? `${nameOf(request.subject)} can read ${request.product} for ${request.purpose} at once.`
            : `${nameOf(request.subject)} gets no access to ${request.product} from this request and sees your note.`}
        </p>
        <Field
          label={approving ? 'Note (optional)' : 'Note'}
          error={missing ? 'Say why, so that a better request can follow.' : undefined}
        >
          {(wiring) => (
            <textarea {...wiring} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />
          )}
        </Field>
        {approving && (
          <Field label="Until (optional)" help="Left empty, it is as long as was asked for, or as the product allows.">
            {(wiring) => (
              <input
                {...wiring}
                type="date"
                min={dayAfter(1, now)}
                max={request.to_decide ? dayAfter(request.to_decide.max_days, now) : undefined}
                value={until}
                onChange={(event) => setUntil(event.target.value)}
              />
            )}
          </Field>
        )}
        {decide.isError && <ProblemNotice error={decide.error} />}
        <p className="row">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className={`button ${approving ? 'button-main' : 'button-danger'}`} disabled={decide.isPending}>
            {approving ? 'Approve' : 'Deny'}
          </button>
        </p>
      </form>
    </Dialog>
  )
}
