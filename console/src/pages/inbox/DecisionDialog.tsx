import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useDecide } from '../../api/requests'
import { asProblem } from '../../api/problem'
import { productAccess } from '../../api/queries'
import type { RequestItem } from '../../api/types'
import { Dialog } from '../../components/Dialog'
import { Field } from '../../components/Field'
import { ProblemNotice } from '../../components/ProblemNotice'
import { nameParts } from '../../lib/reference'
import { dayAfter } from '../../lib/time'
import { forgetUnsent, useUnsent } from '../../lib/unsent'
import { nameOf } from '../../lib/words'
import { RowsChoice } from '../product/RowsChoice'
import { AlreadyDecided } from './AlreadyDecided'
import { decisionOf, type DecisionForm } from './decision'
import type { Decision } from './useInboxKeys'

type Props = {
  request: RequestItem
  decision: Decision
  /** Whether it is still to be decided; somebody else may do so meanwhile. */
  waits: boolean
  close: () => void
  decided: () => void
}

const EMPTY: DecisionForm = { note: '', until: '', rows: '' }

/** Confirms a decision. Where somebody else decided before, it says who. */
export function DecisionDialog({ request, decision, waits, close, decided }: Props) {
  const name = `decision ${request.id}`
  const [form, set] = useUnsent(name, () => EMPTY)
  const [missing, setMissing] = useState(false)
  const decide = useDecide()
  const approving = decision === 'approve'
  const rules = useQuery({ ...productAccess(nameParts(request.product)), enabled: approving })
  const now = new Date()
  const late = !decide.isPending && !decide.isSuccess && (!waits || (decide.isError && asProblem(decide.error).status === 409))

  const submit = () => {
    // Who is refused is owed a reason; an approval speaks for itself.
    const lacksNote = !approving && form.note.trim() === ''
    setMissing(lacksNote)
    if (lacksNote) return
    const done = () => {
      forgetUnsent(name)
      decided()
    }
    decide.mutate({ id: request.id, body: decisionOf(decision, form) }, { onSuccess: done })
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
          {(wiring) => <textarea {...wiring} rows={3} value={form.note} onChange={(event) => set({ note: event.target.value })} />}
        </Field>
        {approving && rules.data !== undefined && (
          <Field label="Rows" help={form.rows === '' ? undefined : 'Other rows than were asked for.'}>
            {(wiring) => (
              <RowsChoice wiring={wiring} access={rules.data} value={form.rows} set={(rows) => set({ rows })} asAsked={request.rows} />
            )}
          </Field>
        )}
        {approving && (
          <Field label="Until (optional)" help="Left empty, it is as long as was asked for, or as the product allows.">
            {(wiring) => (
              <input
                {...wiring}
                type="date"
                min={dayAfter(1, now)}
                max={request.to_decide ? dayAfter(request.to_decide.max_days, now) : undefined}
                value={form.until}
                onChange={(event) => set({ until: event.target.value })}
              />
            )}
          </Field>
        )}
        {late ? <AlreadyDecided id={request.id} /> : decide.isError && <ProblemNotice error={decide.error} />}
        <p className="row">
          <button type="button" className="button" onClick={late ? decided : close}>
            {late ? 'Next request' : 'Cancel'}
          </button>
          {!late && (
            <button type="submit" className={`button ${approving ? 'button-main' : 'button-danger'}`} disabled={decide.isPending}>
              {approving ? 'Approve' : 'Deny'}
            </button>
          )}
        </p>
      </form>
    </Dialog>
  )
}
