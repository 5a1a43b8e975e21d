import { useEffect, useRef, useState } from 'react'
import { asProblem } from '../../../api/problem'
import type { Form } from '../../../api/sql'
import { ProblemNotice } from '../../../components/ProblemNotice'
import type { Result } from '../tab'
import { sizeWords } from '../words'
import { tabSeparated } from './copy'
import { exportRows } from './export'

type State = { state: 'idle' | 'running' | 'done' | 'failed'; words: string; error?: Error }

/** Ways to take rows along: those that are shown by the clipboard, all of them by a download. */
export function Take({ result }: { result: Result }) {
  const [told, setTold] = useState<State>({ state: 'idle', words: '' })
  const control = useRef<AbortController | null>(null)
  useEffect(() => () => control.current?.abort(), [])

  const copy = async (forSpreadsheet: boolean) => {
    try {
      await navigator.clipboard.writeText(tabSeparated(result.columns, result.rows, forSpreadsheet))
      setTold({ state: 'done', words: `${result.more ? 'The rows shown are' : 'All rows are'} copied.` })
    } catch {
      setTold({ state: 'done', words: 'The browser does not allow copying here; download instead.' })
    }
  }

  const take = async (form: Form) => {
    control.current?.abort()
    const mine = new AbortController()
    control.current = mine
    setTold({ state: 'running', words: 'Asking for all rows.' })
    let shown = 0
    try {
      const bytes = await exportRows(result.sent, form, mine.signal, (read) => {
        if (read - shown < 1_000_000) return
        shown = read
        setTold({ state: 'running', words: `${sizeWords(read)} read.` })
      })
      setTold({ state: 'done', words: `${sizeWords(bytes)} downloaded.` })
    } catch (error) {
      if (mine.signal.aborted) setTold({ state: 'done', words: 'The download is cancelled.' })
      else setTold({ state: 'failed', words: '', error: asProblem(error) })
    }
  }

  const running = told.state === 'running'
  return (
    <>
      <div className="row sql-take" role="group" aria-label="Take the rows along">
        <button type="button" className="button" onClick={() => void copy(false)}>
          Copy
        </button>
        <button type="button" className="button" onClick={() => void copy(true)}>
          Copy for spreadsheets
        </button>
        <button type="button" className="button" aria-disabled={running} onClick={() => !running && void take('csv')}>
          Download CSV
        </button>
        <button type="button" className="button" aria-disabled={running} onClick={() => !running && void take('arrow')}>
          Download Arrow
        </button>
        {running && (
          <button type="button" className="button" onClick={() => control.current?.abort()}>
            Cancel the download
          </button>
        )}
        <span role="status" className="quiet small">
          {told.words}
        </span>
      </div>
      {told.error !== undefined && <ProblemNotice error={told.error} />}
    </>
  )
}
