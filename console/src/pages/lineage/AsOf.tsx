import { useState } from 'react'

type Props = { shown: string | undefined; show: (asOf: string | undefined) => void }

/** The past, for auditors: the server decides who may ask. A field of the platform holds no zone, so UTC is said. */
export function AsOf({ shown, show }: Props) {
  const [wanted, setWanted] = useState(fieldOf(shown))
  return (
    <form
      className="inline-field lineage-as-of"
      onSubmit={(event) => {
        event.preventDefault()
        show(wanted === '' ? undefined : instantOf(wanted))
      }}
    >
      <label className="inline-field">
        As of (UTC){' '}
        <input type="datetime-local" value={wanted} onChange={(event) => setWanted(event.target.value)} />
      </label>
      <button type="submit" className="button">
        Show
      </button>
      {shown !== undefined && (
        <button type="button" className="button" onClick={() => show(undefined)}>
          Back to now
        </button>
      )}
    </form>
  )
}

function instantOf(field: string): string {
  return `${field.length === 16 ? `${field}:00` : field}Z`
}

/** A day in the address means its end, as the server has it. */
function fieldOf(asOf: string | undefined): string {
  if (asOf === undefined) return ''
  if (/^\d{4}-\d{2}-\d{2}$/.test(asOf)) return `${asOf}T23:59`
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.exec(asOf)?.[0] ?? ''
}
