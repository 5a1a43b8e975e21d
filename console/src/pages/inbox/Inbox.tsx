import { useState } from 'react'
import type { RequestItem } from '../../api/types'
import { Time } from '../../components/Time'
import { nameOf } from '../../lib/words'
import { DecisionDialog } from './DecisionDialog'
import { RequestDetail } from './RequestDetail'
import { useInboxKeys, type Decision } from './useInboxKeys'

type Props = { requests: readonly RequestItem[]; current: string | undefined; open: (id: string | undefined) => void }

/** The list and the open request. Without one in the address, or after it was decided, the first is open. */
export function Inbox({ requests, current, open }: Props) {
  const [confirming, setConfirming] = useState<Decision | null>(null)
  const shown = requests.find((request) => request.id === current) ?? requests[0]
  useInboxKeys({ ids: requests.map(({ id }) => id), current: shown?.id, open, decide: setConfirming })
  if (shown === undefined) return null
  return (
    <>
      <p className="quiet">
        <kbd>j</kbd> <kbd>k</kbd> move, <kbd>a</kbd> approves, <kbd>d</kbd> denies; a decision asks first.
      </p>
      <div className="inbox">
        <ul className="inbox-list" aria-label="Requests that wait">
          {requests.map((request) => (
            <li key={request.id}>
              <button
                type="button"
                aria-current={request === shown ? 'true' : undefined}
                onClick={() => open(request.id)}
              >
                <strong>{nameOf(request.by)}</strong> {request.product}
                <span className="quiet small block">
                  {request.purpose}, <Time at={request.at} />
                </span>
              </button>
            </li>
          ))}
        </ul>
        <RequestDetail request={shown} decide={setConfirming} />
      </div>
      {confirming !== null && (
        <DecisionDialog
          key={shown.id}
          request={shown}
          decision={confirming}
          close={() => setConfirming(null)}
          decided={() => {
            setConfirming(null)
            open(undefined)
          }}
        />
      )}
    </>
  )
}
