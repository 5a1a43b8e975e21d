import { useId, type ReactNode } from 'react'

type Wiring = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }

/** A form field with its label, help and error, tied together for screen readers. */
export function Field({
  label,
  help,
  error,
  children,
}: {
  label: string
  help?: string | undefined
  error?: string | undefined
  children: (wiring: Wiring) => ReactNode
}) {
  const id = useId()
  const described = [help !== undefined && `${id}-help`, error !== undefined && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error !== undefined })}
      {help !== undefined && (
        <p id={`${id}-help`} className="quiet small">
          {help}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
    </div>
  )
}
