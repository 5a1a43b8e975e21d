import { useEffect, useRef, useState } from 'react'
import type { RequestItem } from '../../api/types'
import { TalkChip } from '../../components/TalkChip'
import { Time } from '../../components/Time'
import { nameOf } from '../../lib/words'
import { AlreadyDecided } from './AlreadyDecided'
import { DecisionDialog } from './DecisionDialog'
import { RequestDetail } from './RequestDetail'
import { useInboxKeys, type Decision } from './useInboxKeys'

type Props = { requests: readonly RequestItem[]; current: string | undefined; open: (id: string | undefined) => void }

/** The list and the open request. Without one in the address, or after it was decided, the first is open. */
export function Inbox({ requests, current, open }: Props) {
  // The request is kept with the question: the list may change under the dialog, and the answer must not go to another.
  const [confirming, setConfirming] = useState<{ request: RequestItem; decision: Decision } | null>(null)
  const found = requests.find((request) => request.id === current)
  const shown = found ?? requests[0]
  const decide = (decision: Decision) => {
    if (shown !== undefined) setConfirming({ request: shown, decision })
  }
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' }), [current])
  const question = useRef<HTMLTextAreaElement>(null)
  const ask = () => {
    question.current?.focus()
    // Clear of the actions that stay at the window's end.
    question.current?.scrollIntoView({ block: 'center' })
  }
  useInboxKeys({ ids: requests.map(({ id }) => id), current: shown?.id, open, decide, ask })
  return (
    <>
      {current !== undefined && found === undefined && confirming === null && <AlreadyDecided id={current} withUnsent />}
      {shown !== undefined && (
        <>
          <p className="quiet inbox-keys">
            <kbd>j</kbd> <kbd>k</kbd> move, <kbd>y</kbd> approves, <kbd>d</kbd> denies, <kbd>a</kbd> asks a question; a decision is
            confirmed first.
          </p>
          <div className="inbox">
            <ul ref={list} className="inbox-list" aria-label="Requests that wait">
              {requests.map((request) => (
                <li key={request.id}>
                  <button type="button" aria-current={request === shown ? 'true' : undefined} onClick={() => open(request.id)}>
                    <strong>{nameOf(request.by)}</strong> {request.product}
                    <span className="quiet small block">
                      {request.purpose}, <Time at={request.at} />
                    </span>
                    <TalkChip request={request} />
                  </button>
                </li>
              ))}
            </ul>
            <RequestDetail
              request={shown}
              decide={decide}
              question={question}
              ask={ask}
              // Named in the address, it stays the open one also when it leaves the list while a question is written.
              begun={() => found === undefined && open(shown.id)}
            />
          </div>
        </>
      )}
      {confirming !== null && (
        <DecisionDialog
          key={confirming.request.id}
          {...confirming}
          waits={requests.some(({ id }) => id === confirming.request.id)}
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
