import { useRef, useState, type ReactNode } from 'react'
import { focusFirst } from '../lib/focusFirst'
import { keptNameError } from '../lib/keptName'
import { Field } from './Field'
import { ProblemNotice } from './ProblemNotice'

type Props = {
  name: string
  setName: (name: string) => void
  pending: boolean
  error: Error | null
  save: () => void
  close: () => void
  /** What else is said or asked of it. */
  children: ReactNode
}

/** The form of a dialog in which something that people keep gets its name. */
export function KeptForm({ name, setName, pending, error, save, close, children }: Props) {
  const [fault, setFault] = useState<string>()
  const element = useRef<HTMLFormElement>(null)
  const submit = () => {
    const found = keptNameError(name)
    setFault(found)
    if (!focusFirst(element.current, found === undefined ? {} : { name: found }) && !pending) save()
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
          <input {...wiring} name="name" autoComplete="off" dir="auto" value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      {children}
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
