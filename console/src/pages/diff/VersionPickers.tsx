import { useNavigate } from '@tanstack/react-router'
import { useId } from 'react'
import type { VersionChoice } from './versions'

type Props = { choices: readonly VersionChoice[]; from: string; to: string }

/** The two versions; both are in the address. */
export function VersionPickers({ choices, from, to }: Props) {
  const navigate = useNavigate({ from: '/p/$domain/$product/contract/diff' })
  const go = (pair: { from: string; to: string }) => void navigate({ search: (before) => ({ ...before, ...pair }), replace: true })
  return (
    <div className="row versions-picked" role="group" aria-label="Versions to compare">
      <Picker label="From" choices={choices} value={from} pick={(next) => go({ from: next, to })} />
      <Picker label="To" choices={choices} value={to} pick={(next) => go({ from, to: next })} />
      <button type="button" className="button" onClick={() => go({ from: to, to: from })}>
        Swap
      </button>
    </div>
  )
}

type PickerProps = { label: string; choices: readonly VersionChoice[]; value: string; pick: (value: string) => void }

export function Picker({ label, choices, value, pick }: PickerProps) {
  const id = useId()
  // An address may name what the list does not have, such as a publication or a major version.
  const shown = choices.some((choice) => choice.value === value) ? choices : [{ value, text: value }, ...choices]
  return (
    <span className="inline-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => pick(event.target.value)}>
        {shown.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
    </span>
  )
}
