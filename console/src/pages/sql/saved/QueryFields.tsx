import { useRef, useState, type ReactNode } from 'react'
import { Field } from '../../../components/Field'
import { ProblemNotice } from '../../../components/ProblemNotice'
import { focusFirst } from '../../../lib/focusFirst'
import { keptNameError } from '../../../lib/keptName'
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
  const [fault, setFault] = useState<string>()
  const element = useRef<HTMLFormElement>(null)
  const submit = () => {
    const found = keptNameError(form.name)
    setFault(found)
    if (!focusFirst(element.current, found === undefined ? {} : { name: found }) && !pending) send(form)
  }
  return (
    <form
      ref={element}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Field label="Name" error={fault}>
        {(wiring) => (
          <input {...wiring} name="name" autoComplete="off" dir="auto" value={form.name} onChange={(event) => set({ name: event.target.value })} />
        )}
      </Field>
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
      {error !== null && <ProblemNotice error={error} />}
      <p className="row">
        <button type="button" className="button" onClick={close}>
          Cancel
        </button>
        <button type="submit" className="button button-main" aria-disabled={pending}>
          {pending ? 'Saving' : 'Save'}
        </button>
      </p>
    </form>
  )
}
