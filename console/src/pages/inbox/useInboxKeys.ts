import { useCallback } from 'react'
import { usePageKeys } from '../../shell/keys'

export type Decision = 'approve' | 'deny'

type Moves = {
  ids: readonly string[]
  current: string | undefined
  open: (id: string) => void
  decide: (decision: Decision) => void
}

/** `j` and `k` move through the requests, `a` and `d` open the dialog that confirms a decision; none of them decides. */
export function useInboxKeys({ ids, current, open, decide }: Moves): void {
  const handle = useCallback(
    (event: KeyboardEvent) => {
      const at = current === undefined ? -1 : ids.indexOf(current)
      const next = event.key === 'j' ? ids[at + 1] : event.key === 'k' ? ids[at - 1] : undefined
      if (next !== undefined) open(next)
      else if (event.key === 'a' && current !== undefined) decide('approve')
      else if (event.key === 'd' && current !== undefined) decide('deny')
      else return
      // The letter must not land in the field that a dialog focuses.
      event.preventDefault()
    },
    [ids, current, open, decide],
  )
  usePageKeys(handle, 'page')
}
