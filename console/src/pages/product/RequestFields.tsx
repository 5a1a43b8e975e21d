import { useEffect, useRef, useState } from 'react'
import type { ProductAccess } from '../../api/types'
import { Field } from '../../components/Field'
import { ForWhom } from '../../components/ForWhom'
import { ProblemNotice } from '../../components/ProblemNotice'
import { focusFirst } from '../../lib/focusFirst'
import { dayAfter } from '../../lib/time'
import { useUnsent } from '../../lib/unsent'
import { usePurposeWords } from '../../lib/usePurposeWords'
import { RowsChoice } from './RowsChoice'
import { checkForm, emptyForm, isAutomatic, type RequestErrors, type RequestForm } from './request'

type Props = {
  product: string
  access: ProductAccess
  classes: readonly string[]
  sending: boolean
  refusal: Error | null
  cancel: () => void
  send: (form: RequestForm) => void
}

export function RequestFields({ product, access, classes, sending, refusal, cancel, send }: Props) {
  const [form, set] = useUnsent(`request ${product}`, () => emptyForm(access))
  const [tried, setTried] = useState(false)
  const element = useRef<HTMLFormElement>(null)
  const now = new Date()
  const errors: RequestErrors = tried ? checkForm(form, access, now) : {}
  const automatic = isAutomatic(form, access)
  const purpose = usePurposeWords(form.purpose)

  useEffect(() => {
    // The form comes after the dialog that it is in, which had no field to begin with.
    element.current?.querySelector<HTMLElement>('select, textarea, input')?.focus()
  }, [])

  const submit = () => {
    const found = checkForm(form, access, new Date())
    setTried(true)
    if (!focusFirst(element.current, found)) send(form)
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
      <ForWhom value={form.subject} set={(subject) => set({ subject })} error={errors.subject} />
      <Field label="Purpose" help={purpose ?? 'What you will use the rows for. It decides what you see of each column.'} error={errors.purpose}>
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
        {(wiring) => <RowsChoice wiring={wiring} access={access} value={form.rows} set={(rows) => set({ rows })} />}
      </Field>
      {classes.length > 0 && (
        <fieldset className="field choices">
          <legend>Show clear, beyond the usual</legend>
          {classes.map((name) => (
            <label key={name} className="check">
              <input
                type="checkbox"
                checked={form.clear.includes(name)}
                onChange={({ target }) =>
                  set({ clear: target.checked ? [...form.clear, name] : form.clear.filter((known) => known !== name) })
                }
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      <Field label="Until (optional)" help={`Left empty, it is as long as allowed: ${access.max_days} days.`} error={errors.until}>
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
        {automatic
          ? 'No person has to decide: you can read at once, only for this purpose.'
          : access.mine === 'yes'
            ? `${access.approver} decides. What you can read already stays as it is.`
            : `${access.approver} decides. You read nothing before that, and only for this purpose afterwards.`}
      </p>
      {refusal !== null && <ProblemNotice error={refusal} />}
      <p className="row">
        <button type="button" className="button" onClick={cancel}>
          Cancel
        </button>
        <button type="submit" className="button button-main" disabled={sending}>
          {sending ? 'Sending' : automatic ? 'Get access' : 'Send request'}
        </button>
      </p>
    </form>
  )
}
