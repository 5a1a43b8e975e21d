import type { ReactNode } from 'react'
import { Field } from '../../../components/Field'
import { KeptForm } from '../../../components/KeptForm'
import { capital } from '../../../lib/words'
import { shareChoices, shareNote, shareWords, type QueryForm } from './saved'

type Props = {
  form: QueryForm
  set: (change: Partial<QueryForm>) => void
  groups: readonly string[]
  /** With whom it was shared when the form was opened. */
  present: string
  pending: boolean
  error: Error | null
  send: (form: QueryForm) => void
  close: () => void
  children?: ReactNode
}

/** Name and readers of a query, and what it means to share one. */
export function QueryFields({ form, set, groups, present, pending, error, send, close, children }: Props) {
  return (
    <KeptForm name={form.name} setName={(name) => set({ name })} pending={pending} error={error} save={() => send(form)} close={close}>
      <Field label="Share with" help={shareNote(form.shared)}>
        {(wiring) => (
          <select {...wiring} value={form.shared} onChange={(event) => set({ shared: event.target.value })}>
            {shareChoices(groups, present).map((choice) => (
              <option key={choice} value={choice}>
                {capital(shareWords(choice))}
              </option>
            ))}
          </select>
        )}
      </Field>
      {children}
      <p className="quiet small saved-note">
        A saved query gives nobody access to data: whoever runs it reads under their own rights. Its link works for you and for those
        it is shared with.
      </p>
    </KeptForm>
  )
}
