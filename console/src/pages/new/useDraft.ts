import { useEffect, useMemo, useState } from 'react'
import type { Files } from '../../api/plan'
import { readDraft, writeDraft } from '../../lib/drafts'
import { counted } from '../../lib/words'

/** What every wizard keeps besides its own fields: when its first word was typed, and what came of it. */
export type Kept = { startedAt: number; made: Outcome }
export type Outcome = { seq: number; seconds: number }
export const NOTHING_KEPT: Kept = { startedAt: 0, made: { seq: 0, seconds: 0 } }

type DraftState<T> = {
  draft: T
  set: (change: Partial<T>) => void
  /** Keeps the outcome, which takes the form's place. */
  made: (outcome: { seq: number }) => void
  clear: () => void
}
/** What the fields of a step take. */
export type DraftFields<T> = Pick<DraftState<T>, 'draft' | 'set'>

/** A form's draft in the memory of the page, and in the browser tab for a reload. */
export function useDraft<T extends Kept>(form: string, person: string, empty: T): DraftState<T> {
  const [draft, setDraft] = useState(() => readDraft(form, person, empty))
  const keep = (next: T) => {
    setDraft(next)
    writeDraft(form, person, next)
  }
  return {
    draft,
    set: (change) => keep({ ...draft, startedAt: draft.startedAt || Date.now(), ...change }),
    made: ({ seq }) => keep({ ...draft, made: { seq, seconds: (Date.now() - draft.startedAt) / 1000 } }),
    clear: () => keep(empty),
  }
}

/** Whether the result is shown. Whoever comes back to the first step after one begins anew. */
export function useResult(state: { draft: Kept; clear: () => void }, step: number): boolean {
  const isDone = state.draft.made.seq > 0
  useEffect(() => {
    if (isDone && step === 1) state.clear()
  }, [step])
  return isDone && step > 1
}

/** `4 minutes`, or seconds where it was quicker. */
export function tookWords(seconds: number): string {
  const [count, unit] = seconds < 90 ? [Math.max(1, Math.round(seconds)), 'second'] : [Math.round(seconds / 60), 'minute']
  return counted(count, unit)
}

/** The server is asked about these very files, so they are the same value until one of them changes. */
export function useSame(files: Files): Files {
  const text = JSON.stringify(files)
  return useMemo(() => JSON.parse(text) as Files, [text])
}
