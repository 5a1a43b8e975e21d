import { useQuery } from '@tanstack/react-query'
import { oneRequest } from '../../api/requests'
import { RequestLink } from '../../components/RequestLink'
import { Time } from '../../components/Time'
import { nameOf } from '../../lib/words'
import { UnsentRemark } from '../thread/UnsentRemark'

/** That a request does not wait any more: who decided, when, and how; and what was still to be said about it. */
export function AlreadyDecided({ id, withUnsent }: { id: string; withUnsent?: boolean }) {
  const { data: request } = useQuery({ ...oneRequest(id), staleTime: 0 })
  if (request === undefined || request.state === 'pending') return null
  return (
    <>
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
      {withUnsent && <UnsentRemark key={id} id={id} state={request.state} />}
    </>
  )
}
