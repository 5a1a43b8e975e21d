import { useQuery } from '@tanstack/react-query'
import { oneRequest } from '../../api/access'
import { RequestLink } from '../../components/RequestLink'
import { Time } from '../../components/Time'
import { nameOf } from '../../lib/words'

/** That a request does not wait any more: who decided, when, and how. */
export function AlreadyDecided({ id }: { id: string }) {
  const { data: request } = useQuery({ ...oneRequest(id), staleTime: 0 })
  if (request === undefined || request.state === 'pending') return null
  return (
    <p className="notice notice-warn" role="status">
      {request.decided_by ? (
        <>
          {nameOf(request.decided_by)} decided this {request.decided_at && <Time at={request.decided_at} />}: {request.state}.
        </>
      ) : (
        <>
          {nameOf(request.by)} withdrew this {request.decided_at && <Time at={request.decided_at} />}.
        </>
      )}{' '}
      <RequestLink id={id} text="See the request" />
    </p>
  )
}
