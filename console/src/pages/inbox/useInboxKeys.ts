import { useCallback } from 'react'
import { usePageKeys } from '../../shell/keys'

export type Decision = 'approve' | 'deny'

type Moves = {
  ids: readonly string[]
  current: string | undefined
  open: (id: string) => void
  decide: (decision: Decision) => void
  ask: () => void
}

/** `j` and `k` move through the requests, `y` and `d` open the dialog that confirms a decision, `a` goes to the question; none of them decides. */
export function useInboxKeys({ ids, current, open, decide, ask }: Moves): void {
  const handle = useCallback(
    (event: KeyboardEvent) => {
      const at = current === undefined ? -1 : ids.indexOf(current)
      const next = event.key === 'j' ? ids[at + 1] : event.key === 'k' ? ids[at - 1] : undefined
      if (next !== undefined) open(next)
      else if (event.key === 'y' && current !== undefined) decide('approve')
      else if (event.key === 'd' && current !== undefined) decide('deny')
      else if (event.key === 'a' && current !== undefined) ask()
      else return
      // The letter must not land in the field that gets the focus.
      event.preventDefault()
    },
    [ids, current, open, decide, ask],
  )
  usePageKeys(handle, 'page')
}
