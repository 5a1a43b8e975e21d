import { useEffect, useRef, useState } from 'react'
import { Field } from '../../components/Field'
import { ForWhom } from '../../components/ForWhom'
import { focusFirst } from '../../lib/focusFirst'
import { dayAfter } from '../../lib/time'
import { forgetUnsent, useUnsent } from '../../lib/unsent'
import { usePurposeWords } from '../../lib/usePurposeWords'
import { EMPTY, checkCart, fitting, purposesOf, requestsOf, shortest, type CartErrors, type Line } from './cart-form'
import { useAskForAll, type Result } from './useAskForAll'

type Props = { lines: readonly Line[]; chosen: (purpose: string) => void; done: (results: readonly Result[]) => void }

export function CartFields({ lines, chosen, done }: Props) {
  const [form, set] = useUnsent('cart', () => EMPTY)
  const [tried, setTried] = useState(false)
  const element = useRef<HTMLFormElement>(null)
  const ask = useAskForAll()
  const now = new Date()
  const errors: CartErrors = tried ? checkCart(form, lines, now) : {}
  const asked = fitting(lines, form.purpose)
  const purpose = usePurposeWords(form.purpose)

  useEffect(() => chosen(form.purpose), [chosen, form.purpose])

  const submit = async () => {
    const found = checkCart(form, lines, new Date())
    setTried(true)
    if (focusFirst(element.current, found)) return
    const results = await ask.send(requestsOf(form, lines))
    if (results.every(({ refusal }) => refusal === undefined)) forgetUnsent('cart')
    done(results)
  }

  return (
    <form
      ref={element}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <ForWhom value={form.subject} set={(subject) => set({ subject })} error={errors.subject} />
      <Field label="Purpose" help={purpose ?? 'One for all. It decides what you see of each column.'} error={errors.purpose}>
        {(wiring) => (
          <select {...wiring} name="purpose" required value={form.purpose} onChange={(event) => set({ purpose: event.target.value })}>
            <option value="">Choose a purpose</option>
            {purposesOf(lines).map(({ purpose, count }) => (
              <option key={purpose} value={purpose}>
                {count === lines.length ? purpose : `${purpose} (${count} of ${lines.length} products)`}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Reason" help="Everybody who decides reads it." error={errors.reason}>
        {(wiring) => (
          <textarea {...wiring} name="reason" rows={3} required value={form.reason} onChange={(event) => set({ reason: event.target.value })} />
        )}
      </Field>
      <Field label="Until (optional)" help="Left empty, each is as long as its product allows." error={errors.until}>
        {(wiring) => (
          <input
            {...wiring}
            name="until"
            type="date"
            min={dayAfter(1, now)}
            max={asked.length > 0 ? dayAfter(shortest(asked), now) : undefined}
            value={form.until}
            onChange={(event) => set({ until: event.target.value })}
          />
        )}
      </Field>
      <p className="quiet">Rows are the usual ones of each product. For others, or for clear values, ask on the product’s page.</p>
      <p className="row">
        <button type="submit" className="button button-main" disabled={ask.sending}>
          {ask.sending ? 'Sending' : asked.length === 1 ? 'Send 1 request' : `Send ${asked.length > 0 ? asked.length : lines.length} requests`}
        </button>
      </p>
    </form>
  )
}
