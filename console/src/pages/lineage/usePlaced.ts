import { useEffect, useMemo, useState } from 'react'
import { drawingOf, toPlace, type Drawing } from './drawing'
import type { Graph } from './graph'
import type { Placed, ToPlace } from './layout'

let worker: Worker | null | undefined
let lastId = 0
const waiting = new Map<number, { toPlace: ToPlace; done: (placed: Placed) => void }>()

/** The one worker of the page; none where the browser does not start it, and the page does the work itself. */
function theWorker(): Worker | null {
  if (worker !== undefined) return worker
  try {
    worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<{ id: number; placed: Placed }>) => {
      waiting.get(data.id)?.done(data.placed)
      waiting.delete(data.id)
    }
    worker.onerror = () => {
      worker = null
      for (const [id, asked] of waiting) {
        waiting.delete(id)
        void placeHere(asked.toPlace).then(asked.done)
      }
    }
  } catch {
    worker = null
  }
  return worker
}

async function placeHere(asked: ToPlace): Promise<Placed> {
  const { placeBoxes } = await import('./layout')
  return placeBoxes(asked)
}

function place(asked: ToPlace): Promise<Placed> {
  const helper = theWorker()
  if (helper === null) return placeHere(asked)
  return new Promise((done) => {
    const id = (lastId += 1)
    waiting.set(id, { toPlace: asked, done })
    helper.postMessage({ id, toPlace: asked })
  })
}

/** Where each box is. While a new graph is laid out, the drawing of the one before stays. */
export function usePlaced(graph: Graph): Drawing | null {
  const asked = useMemo(() => toPlace(graph), [graph])
  const [found, setFound] = useState<{ graph: Graph; placed: Placed } | null>(null)
  useEffect(() => {
    let wanted = true
    void place(asked).then((placed) => {
      if (wanted) setFound({ graph, placed })
    })
    return () => {
      wanted = false
    }
  }, [asked, graph])
  return useMemo(() => (found === null ? null : drawingOf(found.graph, found.placed)), [found])
}
