import { useQuery } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { products } from '../../api/queries'
import { Field } from '../../components/Field'
import { focusFirst } from '../../lib/focusFirst'
import { dayOf } from '../../lib/time'
import { checkQuestion, formOf, instantOf, type Asks, type QuestionErrors } from './question'
import type { AuditSearch } from './search'

type Props = { search: AuditSearch; asks: Asks; ask: (search: AuditSearch) => void }

const SUGGESTED = 200

/** Of whom, of what, and when. What is asked goes into the address; the answer follows from there. */
export function QuestionFields({ search, asks, ask }: Props) {
  const [form, setForm] = useState(() => formOf(search))
  const [errors, setErrors] = useState<QuestionErrors>({})
  const element = useRef<HTMLFormElement>(null)
  const listId = useId()
  const { data: found } = useQuery({ ...products({ q: '', limit: SUGGESTED }), enabled: asks.product })
  const set = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }))

  const submit = () => {
    const missing = checkQuestion(form, asks, new Date())
    setErrors(missing)
    if (focusFirst(element.current, missing)) return
    ask({
      ...(asks.principal ? { principal: form.principal.trim() } : {}),
      ...(asks.product ? { product: form.product.trim() } : {}),
      at: instantOf(form),
    })
  }

  return (
    <form
      ref={element}
      className="question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {asks.principal && (
        <Field label="Person or service" error={errors.principal}>
          {(wiring) => (
            <input
              {...wiring}
              name="principal"
              autoComplete="off"
              spellCheck={false}
              placeholder="ana"
              value={form.principal}
              onChange={(event) => set({ principal: event.target.value })}
            />
          )}
        </Field>
      )}
      {asks.product && (
        <Field label="Product" error={errors.product}>
          {(wiring) => (
            <>
              <input
                {...wiring}
                name="product"
                list={listId}
                autoComplete="off"
                spellCheck={false}
                placeholder="claims.fraud_signals"
                value={form.product}
                onChange={(event) => set({ product: event.target.value })}
              />
              <datalist id={listId}>
                {found?.items.map(({ reference }) => (
                  <option key={reference} value={reference} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      )}
      <Field label="Day" help="Empty for now." error={errors.day}>
        {(wiring) => (
          <input
            {...wiring}
            name="day"
            type="date"
            max={dayOf(new Date())}
            value={form.day}
            onChange={(event) => set({ day: event.target.value })}
          />
        )}
      </Field>
      <Field label="Time (UTC)" help="Empty for the end of the day." error={errors.time}>
        {(wiring) => (
          <input {...wiring} name="time" type="time" step={1} value={form.time} onChange={(event) => set({ time: event.target.value })} />
        )}
      </Field>
      <button type="submit" className="button button-main">
        Ask
      </button>
    </form>
  )
}
