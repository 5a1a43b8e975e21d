import { useId } from 'react'
import { TextField } from './TextField'

type Props = {
  legend: string
  name: string
  help: string
  /** What is listed, and what the list is; others may be typed. */
  known: readonly { value: string; help?: string }[]
  listed?: string
  chosen: readonly string[]
  choose: (chosen: string[]) => void
  others: string
  setOthers: (others: string) => void
  error?: string | undefined
}

const NEARBY = 'Those listed are used by products near it.'

/** Several of a list, and others by name: the list is what the server showed, which need not be all there is. */
export function Choices({ legend, name, help, known, listed = NEARBY, chosen, choose, others, setOthers, error }: Props) {
  const id = useId()
  const gone = chosen.filter((value) => !known.some((each) => each.value === value)).map((value) => ({ value }))
  const toggle = (value: string) =>
    choose(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value])
  return (
    <fieldset className="choices" aria-describedby={`${id}-help${error === undefined ? '' : ` ${id}-error`}`}>
      <legend>{legend}</legend>
      <p id={`${id}-help`} className="quiet small">
        {help}
        {known.length > 0 && ` ${listed}`}
      </p>
      {[...known, ...gone].map((each: { value: string; help?: string }) => (
        <label key={each.value} className="check choice-line">
          <input type="checkbox" checked={chosen.includes(each.value)} onChange={() => toggle(each.value)} />
          <span>
            {each.value}
            {each.help !== undefined && <span className="quiet small block">{each.help}</span>}
          </span>
        </label>
      ))}
      <TextField
        label={known.length === 0 ? 'By name' : 'Others, by name'}
        name={name}
        help="Several are separated by commas."
        value={others}
        set={setOthers}
      />
      {error !== undefined && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
    </fieldset>
  )
}
