import { useNavigate } from '@tanstack/react-router'

/** For which purpose the page shows what a person sees; the choice is in the address. */
export function PurposeChoice({ purposes, shown }: { purposes: readonly string[]; shown: string | null | undefined }) {
  const navigate = useNavigate({ from: '/p/$domain/$product/$tab' })
  if (purposes.length === 0) return null
  return (
    <label className="inline-field">
      Purpose{' '}
      <select
        value={shown ?? purposes[0]}
        onChange={(event) => void navigate({ search: (before) => ({ ...before, purpose: event.target.value }), replace: true })}
      >
        {purposes.map((purpose) => (
          <option key={purpose}>{purpose}</option>
        ))}
      </select>
    </label>
  )
}
