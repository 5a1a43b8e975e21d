import { useNavigate } from '@tanstack/react-router'
import { usePurposeWords } from '../../lib/usePurposeWords'

/** For which purpose the page shows what a person sees; the choice is in the address. */
export function PurposeChoice({ purposes, shown }: { purposes: readonly string[]; shown: string | null | undefined }) {
  const navigate = useNavigate({ from: '/p/$domain/$product/$tab' })
  const words = usePurposeWords(shown ?? purposes[0])
  if (purposes.length === 0) return null
  return (
    <label className="inline-field">
      Purpose{' '}
      <select
        value={shown ?? purposes[0]}
        title={words}
        onChange={(event) => void navigate({ search: (before) => ({ ...before, purpose: event.target.value }), replace: true })}
      >
        {purposes.map((purpose) => (
          <option key={purpose}>{purpose}</option>
        ))}
      </select>
    </label>
  )
}
