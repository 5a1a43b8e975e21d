import { useRef, useState } from 'react'
import { Dialog } from '../../components/Dialog'
import { Field } from '../../components/Field'
import { focusFirst } from '../../lib/focusFirst'
import { faultOf, type Kind, type Value } from './text/parameters'

const KINDS: readonly [Kind, string][] = [
  ['text', 'Text'],
  ['number', 'Number'],
  ['date', 'Day'],
  ['boolean', 'True or false'],
  ['null', 'NULL'],
]

export type Values = Readonly<Record<string, Value>>

type Props = { names: readonly string[]; before: Values; close: () => void; run: (values: Values) => void }

/** Asks for the values of a statement's parameters. They become literals of their kind, never SQL. */
export function Parameters({ names, before, close, run }: Props) {
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(names.map((name) => [name, before[name] ?? { kind: 'text' as const, text: '' }])),
  )
  const [faults, setFaults] = useState<Record<string, string>>({})
  const form = useRef<HTMLFormElement>(null)
  const set = (name: string, change: Partial<Value>) =>
    setValues((now) => ({ ...now, [name]: { kind: 'text', text: '', ...now[name], ...change } }))

  const submit = () => {
    const found = Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => {
        const fault = faultOf(value)
        return fault === undefined ? [] : [[name, fault]]
      }),
    )
    setFaults(found)
    if (!focusFirst(form.current, found)) run(values)
  }

  return (
    <Dialog title="Values for the parameters" close={close}>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {names.map((name) => (
          <Parameter
            key={name}
            name={name}
            value={values[name] ?? { kind: 'text', text: '' }}
            fault={faults[name]}
            set={(change) => set(name, change)}
          />
        ))}
        <p className="row">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button button-main">
            Run
          </button>
        </p>
      </form>
    </Dialog>
  )
}

type ParameterProps = { name: string; value: Value; fault: string | undefined; set: (change: Partial<Value>) => void }

function Parameter({ name, value, fault, set }: ParameterProps) {
  return (
    <fieldset className="sql-parameter">
      <legend>
        <code>:{name}</code>
      </legend>
      {value.kind !== 'null' && (
        <Field label="Value" error={fault}>
          {(wiring) =>
            value.kind === 'boolean' ? (
              <select {...wiring} name={name} value={value.text} onChange={(event) => set({ text: event.target.value })}>
                <option>true</option>
                <option>false</option>
              </select>
            ) : (
              <input
                {...wiring}
                name={name}
                type={value.kind === 'date' ? 'date' : 'text'}
                inputMode={value.kind === 'number' ? 'decimal' : 'text'}
                autoComplete="off"
                value={value.text}
                onChange={(event) => set({ text: event.target.value })}
              />
            )
          }
        </Field>
      )}
      <Field label="Kind">
        {(wiring) => (
          <select
            {...wiring}
            value={value.kind}
            onChange={(event) => {
              const kind = KINDS.find(([known]) => known === event.target.value)?.[0] ?? 'text'
              set({ kind, ...(kind === 'boolean' ? { text: 'true' } : {}) })
            }}
          >
            {KINDS.map(([kind, word]) => (
              <option key={kind} value={kind}>
                {word}
              </option>
            ))}
          </select>
        )}
      </Field>
    </fieldset>
  )
}
