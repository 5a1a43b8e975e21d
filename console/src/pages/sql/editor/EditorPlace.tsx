import { useEffect, useRef, useState, type RefObject } from 'react'
import { ProblemNotice } from '../../../components/ProblemNotice'
import { Skeleton } from '../../../components/Skeleton'
import type { SqlEditor, Told } from './types'

type Props = {
  editor: RefObject<SqlEditor | null>
  told: Told
  /** The editor is there. */
  ready: () => void
}

const load = () => import('./create')

// Asked for with the page's own code, not only when the page is drawn. A failure is told where it is needed.
load().catch(() => undefined)

/** Where the editor will be: it is a large part of the workbench's code and is loaded on its own. */
export function EditorPlace({ editor, told, ready }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const [state, setState] = useState<'loading' | 'there' | 'failed'>('loading')
  const latest = useRef({ told, ready })
  latest.current = { told, ready }

  useEffect(() => {
    let gone = false
    const create = async () => {
      const { createEditor } = await load()
      if (gone || host.current === null) return
      editor.current = createEditor(host.current, {
        text: (text) => latest.current.told.text(text),
        run: () => latest.current.told.run(),
        selecting: (selecting) => latest.current.told.selecting(selecting),
      })
      setState('there')
      latest.current.ready()
    }
    create().catch(() => {
      if (!gone) setState('failed')
    })
    return () => {
      gone = true
      editor.current?.destroy()
      editor.current = null
    }
  }, [editor])

  return (
    <>
      {state === 'loading' && <Skeleton lines={5} />}
      {state === 'failed' && <ProblemNotice error={new Error('the editor could not be loaded')} retry={() => location.reload()} />}
      <div ref={host} className="sql-editor" hidden={state !== 'there'} />
    </>
  )
}
