import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { purposes } from '../../api/purposes'
import { Field } from '../../components/Field'
import { ProblemNotice } from '../../components/ProblemNotice'
import { focusFirst } from '../../lib/focusFirst'
import { dayAfter } from '../../lib/time'
import { usePurposeWords } from '../../lib/usePurposeWords'
import { ScopeChoice } from './ScopeChoice'
import { checkToken, type TokenErrors, type TokenForm } from './token'

type Props = {
  /** Whose it is; empty where that is to be said. */
  principal: string
  sending: boolean
  refusal: Error | null
  cancel: () => void
  send: (form: TokenForm) => void
}

export function TokenFields({ principal, sending, refusal, cancel, send }: Props) {
  const [form, setForm] = useState<TokenForm>({ principal, label: '', scopes: [], purpose: '', until: '' })
  const [errors, setErrors] = useState<TokenErrors>({})
  const declared = useQuery(purposes())
  const words = usePurposeWords(form.purpose)
  const element = useRef<HTMLFormElement>(null)
  const set = (change: Partial<TokenForm>) => setForm((before) => ({ ...before, ...change }))

  const submit = () => {
    const found = checkToken(form, new Date())
    setErrors(found)
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
      <Field label="For" help="A person or a service of the mesh, such as ana or service:svc-claims." error={errors.principal}>
        {(wiring) => (
          <input
            {...wiring}
            name="principal"
            autoComplete="off"
            spellCheck={false}
            readOnly={principal !== ''}
            value={form.principal}
            onChange={(event) => set({ principal: event.target.value })}
          />
        )}
      </Field>
      <Field label="Label (optional)" help="What it is for, such as the name of a machine. It is in the journal.">
        {(wiring) => (
          <input
            {...wiring}
            name="label"
            autoComplete="off"
            value={form.label}
            onChange={(event) => set({ label: event.target.value })}
          />
        )}
      </Field>
      <ScopeChoice scopes={form.scopes} change={(scopes) => set({ scopes })} />
      <Field label="Purpose (optional)" help={words ?? 'What its statements are for, unless they say otherwise.'}>
        {(wiring) => (
          <select {...wiring} name="purpose" value={form.purpose} onChange={(event) => set({ purpose: event.target.value })}>
            <option value="">None; each statement says its own</option>
            {declared.data?.items.map(({ purpose }) => (
              <option key={purpose}>{purpose}</option>
            ))}
          </select>
        )}
      </Field>
      {declared.isError && <ProblemNotice error={declared.error} retry={() => void declared.refetch()} />}
      <Field label="Until (optional)" help="Left empty, it is for 90 days." error={errors.until}>
        {(wiring) => (
          <input
            {...wiring}
            name="until"
            type="date"
            min={dayAfter(1, new Date())}
            value={form.until}
            onChange={(event) => set({ until: event.target.value })}
          />
        )}
      </Field>
      {refusal !== null && <ProblemNotice error={refusal} />}
      <p className="row">
        <button type="button" className="button" onClick={cancel}>
          Cancel
        </button>
        <button type="submit" className="button button-main" disabled={sending}>
          {sending ? 'Making' : 'Make the token'}
        </button>
      </p>
    </form>
  )
}
