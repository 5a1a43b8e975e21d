import { useRef, useState } from 'react'
import type { ProductAccess } from '../../api/types'
import { Field } from '../../components/Field'
import { ProblemNotice } from '../../components/ProblemNotice'
import { dayAfter } from '../../lib/time'
import { rowsWords } from '../../lib/words'
import { checkForm, emptyForm, type RequestErrors, type RequestForm } from './request'

type Props = {
  access: ProductAccess
  sending: boolean
  refusal: Error | null
  cancel: () => void
  send: (form: RequestForm) => void
}

export function RequestFields({ access, sending, refusal, cancel, send }: Props) {
  const [form, setForm] = useState(() => emptyForm(access))
  const [errors, setErrors] = useState<RequestErrors>({})
  const element = useRef<HTMLFormElement>(null)
  const set = (change: Partial<RequestForm>) => setForm((before) => ({ ...before, ...change }))
  const now = new Date()

  const submit = () => {
    const found = checkForm(form, access, new Date())
    setErrors(found)
    const [first] = Object.keys(found)
    if (first === undefined) send(form)
    else element.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus()
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
      <Field label="Purpose" help="What you will use the rows for. It decides what you see of each column." error={errors.purpose}>
        {(wiring) => (
          <select {...wiring} name="purpose" required value={form.purpose} onChange={(event) => set({ purpose: event.target.value })}>
            <option value="">Choose a purpose</option>
            {access.purposes.map((purpose) => (
              <option key={purpose}>{purpose}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Reason" help={`${access.approver} reads it when they decide.`} error={errors.reason}>
        {(wiring) => (
          <textarea {...wiring} name="reason" rows={3} required value={form.reason} onChange={(event) => set({ reason: event.target.value })} />
        )}
      </Field>
      <Field label="Rows">
        {(wiring) => (
          <select {...wiring} name="rows" value={form.rows} onChange={(event) => set({ rows: event.target.value })}>
            <option value="default">As usual: {rowsWords('default', access.default_scope)}</option>
            {access.scopes
              .filter((scope) => scope !== access.default_scope)
              .map((scope) => (
                <option key={scope} value={scope}>
                  {rowsWords(scope)}
                </option>
              ))}
            {access.default_scope !== 'all' && <option value="all">all rows</option>}
          </select>
        )}
      </Field>
      <Field label="Until" help={`Left empty, it is as long as allowed: ${access.max_days} days.`} error={errors.until}>
        {(wiring) => (
          <input
            {...wiring}
            name="until"
            type="date"
            min={dayAfter(1, now)}
            max={dayAfter(access.max_days, now)}
            value={form.until}
            onChange={(event) => set({ until: event.target.value })}
          />
        )}
      </Field>
      <p className="quiet">
        {access.approver} decides. You read nothing before that, and only for this purpose afterwards.
      </p>
      {refusal !== null && <ProblemNotice error={refusal} />}
      <p className="row">
        <button type="button" className="button" onClick={cancel}>
          Cancel
        </button>
        <button type="submit" className="button button-main" disabled={sending}>
          {sending ? 'Sending' : 'Send request'}
        </button>
      </p>
    </form>
  )
}
