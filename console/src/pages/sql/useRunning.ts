import { useMutation } from '@tanstack/react-query'
import { useRef, useState, type RefObject } from 'react'
import type { SqlEditor } from './editor/types'
import type { Values } from './Parameters'
import { explainIn, runIn } from './run'
import { workbench } from './store'
import type { Sent } from './tab'
import { filled, namesOf, parametersOf } from './text/parameters'
import { chosenStatement } from './text/statements'

type What = 'run' | 'explain'
type Chosen = { text: string; from: number; what: What }
type Ask = { editor: RefObject<SqlEditor | null>; purpose: string | undefined; cap: number; running: () => void }

/** From a press on Run to the statement that is sent: which it is, and the values of its parameters. */
export function useRunning({ editor, purpose, cap, running }: Ask) {
  const [asking, setAsking] = useState<Chosen | null>(null)
  const [nothing, setNothing] = useState(false)
  // Kept for the next time while the page is open.
  const values = useRef<Values>({})
  const explain = useMutation({ mutationFn: ({ tab, sent }: { tab: number; sent: Sent }) => explainIn(tab, sent) })

  const send = ({ text, from, what }: Chosen, given: Values) => {
    const { current: tab } = workbench()
    const { sql, placeBefore } = filled(text, given)
    const sent = { sql, purpose, text, from, placeBefore }
    if (what === 'explain') {
      explain.mutate({ tab, sent })
      return
    }
    running()
    void runIn(tab, sent, cap)
  }

  const start = (what: What) => {
    const { tabs, current } = workbench()
    const text = tabs.find(({ id }) => id === current)?.text ?? ''
    const range = chosenStatement(text, editor.current?.selection() ?? { from: 0, to: 0 })
    setNothing(range === null)
    if (range === null) return
    const chosen = { text: text.slice(range.from, range.to), from: range.from, what }
    if (parametersOf(chosen.text).length > 0) setAsking(chosen)
    else send(chosen, {})
  }

  return {
    start,
    explaining: { pending: explain.isPending, error: explain.error },
    /** Run was pressed where there was no statement. */
    nothing,
    typed: () => setNothing(false),
    asked: asking === null ? null : { names: namesOf(parametersOf(asking.text)), before: values.current },
    dismiss: () => setAsking(null),
    answer: (given: Values) => {
      values.current = { ...values.current, ...given }
      setAsking(null)
      if (asking !== null) send(asking, given)
    },
  }
}
