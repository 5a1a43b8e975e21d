import { useTakeBack } from '../../api/requests'
import type { RequestItem } from '../../api/types'
import { Confirm } from '../../components/Confirm'

/** Ends a request or what came of it, after saying which of the two. */
export function TakeBackDialog({ request, close }: { request: RequestItem; close: () => void }) {
  const takeBack = useTakeBack()
  const pending = request.state === 'pending'
  return (
    <Confirm
      title={pending ? 'Withdraw the request?' : 'End the access?'}
      act={pending ? 'Withdraw' : 'End access'}
      pending={takeBack.isPending}
      error={takeBack.error}
      confirm={() => takeBack.mutate(request.id, { onSuccess: close })}
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
