import { useId } from 'react'
import { Field } from '../../components/Field'

type Props = {
  label: string
  name: string
  value: string
  set: (value: string) => void
  help?: string
  error?: string | undefined
  /** What others use already; anything else may be typed. */
  known?: readonly string[]
  lines?: number
  inputMode?: 'numeric' | 'url'
}

export function TextField({ label, name, value, set, help, error, known = [], lines, inputMode }: Props) {
  const list = useId()
  return (
    <Field label={label} error={error} {...(help === undefined ? {} : { help })}>
      {(wiring) =>
        lines !== undefined ? (
          <textarea {...wiring} name={name} rows={lines} value={value} onChange={(event) => set(event.target.value)} />
        ) : (
          <>
            <input
              {...wiring}
              name={name}
              value={value}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              inputMode={inputMode}
              list={known.length > 0 ? list : undefined}
              onChange={(event) => set(event.target.value)}
            />
            {known.length > 0 && (
              <datalist id={list}>
                {known.map((item) => (
                  <option key={item} value={item} />
                ))}
              </datalist>
            )}
          </>
        )
      }
    </Field>
  )
}
