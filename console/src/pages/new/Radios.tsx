import { useId, type ReactNode } from 'react'

type Props = {
  legend: string
  name: string
  options: readonly { value: string; text: ReactNode; help?: string }[]
  value: string
  set: (value: string) => void
  error?: string | undefined
}

/** One of a few, each with what it means. */
export function Radios({ legend, name, options, value, set, error }: Props) {
  const id = useId()
  return (
    <fieldset className="choices" aria-describedby={error === undefined ? undefined : id}>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="check choice-line">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={value === option.value}
            onChange={() => set(option.value)}
          />
          <span>
            {option.text}
            {option.help !== undefined && <span className="quiet small block">{option.help}</span>}
          </span>
        </label>
      ))}
      {error !== undefined && (
        <p id={id} className="field-error">
          {error}
        </p>
      )}
    </fieldset>
  )
}
