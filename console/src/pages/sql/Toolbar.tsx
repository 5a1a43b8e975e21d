import { Link } from '@tanstack/react-router'
import { usePurposeWords } from '../../lib/usePurposeWords'
import { CAPS } from './run'
import { Elapsed } from './Elapsed'
import type { Run } from './tab'

type Props = {
  purposes: readonly string[]
  /** Empty for none. */
  purpose: string
  /** The purpose of the token, under which statements run that state none. */
  ofToken: string | null | undefined
  setPurpose: (purpose: string) => void
  cap: number
  setCap: (cap: number) => void
  run: Run | null
  selecting: boolean
  start: () => void
}

export function Toolbar({ purposes, purpose, ofToken, setPurpose, cap, setCap, run, selecting, start }: Props) {
  const words = usePurposeWords(purpose === '' ? ofToken : purpose)
  const running = run?.state === 'running' ? run : null
  return (
    <div className="sql-toolbar">
      <button type="button" className="button button-main" onClick={() => running === null && start()} aria-disabled={running !== null}>
        {selecting ? 'Run selection' : 'Run'}
      </button>
      <button type="button" className="button" onClick={() => running?.stop()} aria-disabled={running === null}>
        Cancel
      </button>
      {running !== null && <Elapsed since={running.since} rows={running.rows} />}
      <span className="sql-toolbar-end">
        <label className="inline-field">
          Purpose
          <select value={purpose} title={words} onChange={(event) => setPurpose(event.target.value)}>
            <option value="">{ofToken == null ? 'None stated' : `As the token: ${ofToken}`}</option>
            {purposes.map((known) => (
              <option key={known}>{known}</option>
            ))}
          </select>
        </label>
        <label className="inline-field">
          At most
          <select value={cap} onChange={(event) => setCap(Number(event.target.value))}>
            {CAPS.map((rows) => (
              <option key={rows} value={rows}>
                {rows.toLocaleString('en')} rows
              </option>
            ))}
          </select>
        </label>
        <Link to="/sql/history" className="button">
          History
        </Link>
      </span>
    </div>
  )
}
