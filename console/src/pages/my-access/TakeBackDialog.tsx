import { useState } from 'react'
import { useTakeBack } from '../../api/requests'
import type { RequestItem } from '../../api/types'
import { Confirm } from '../../components/Confirm'
import { Dialog } from '../../components/Dialog'
import { surprise } from './taken-back'

/** Ends a request or what came of it, after saying which of the two; and where it came otherwise, because it was decided meanwhile, how. */
export function TakeBackDialog({ request, close }: { request: RequestItem; close: () => void }) {
  const takeBack = useTakeBack()
  // The request is read again once it is taken back; the question stays the one that was asked.
  const [pending] = useState(request.state === 'pending')
  const title = pending ? 'Withdraw the request?' : 'End the access?'
  const unexpected = takeBack.data && surprise(pending, takeBack.data.state)
  if (unexpected) {
    return (
      <Dialog title={title} close={close}>
        <p className="notice notice-warn" role="status">
          {unexpected}
        </p>
        <p className="row">
          <button type="button" className="button" onClick={close}>
            Close
          </button>
        </p>
      </Dialog>
    )
  }
  return (
    <Confirm
      title={title}
      act={pending ? 'Withdraw' : 'End access'}
      pending={takeBack.isPending}
      error={takeBack.error}
      confirm={() => takeBack.mutate(request.id, { onSuccess: ({ state }) => surprise(pending, state) === undefined && close() })}
      close={close}
    >
      <p>
        {pending
          ? `Nobody will decide on your request for ${request.product}. You may ask again.`
          : `Reading ${request.product} for ${request.purpose} stops at once. To read it again, ask again.`}
      </p>
    </Confirm>
  )
}
