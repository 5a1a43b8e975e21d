import { useTakeBack } from '../../api/requests'
import type { RequestItem } from '../../api/types'
import { Dialog } from '../../components/Dialog'
import { ProblemNotice } from '../../components/ProblemNotice'

/** Ends a request or what came of it, after saying which of the two. */
export function TakeBackDialog({ request, close }: { request: RequestItem; close: () => void }) {
  const takeBack = useTakeBack()
  const pending = request.state === 'pending'
  return (
    <Dialog title={pending ? 'Withdraw the request?' : 'End the access?'} close={close}>
      <p>
        {pending
          ? `Nobody will decide on your request for ${request.product}. You may ask again.`
          : `Reading ${request.product} for ${request.purpose} stops at once. To read it again, ask again.`}
      </p>
      {takeBack.isError && <ProblemNotice error={takeBack.error} />}
      <p className="row">
        <button type="button" className="button" onClick={close}>
          Keep
        </button>
        <button
          type="button"
          className="button button-danger"
          disabled={takeBack.isPending}
          onClick={() => takeBack.mutate(request.id, { onSuccess: close })}
        >
          {pending ? 'Withdraw' : 'End access'}
        </button>
      </p>
    </Dialog>
  )
}
