import { useQuery } from '@tanstack/react-query'
import { useId, type RefObject } from 'react'
import { whoAmI } from '../../api/queries'
import type { RequestItem } from '../../api/types'
import { Time } from '../../components/Time'
import { mayTalk } from '../../lib/talk'
import { nameOf } from '../../lib/words'
import { RemarkForm } from './RemarkForm'
import { RemarkText } from './RemarkText'
import { UnsentRemark } from './UnsentRemark'
import '../../styles/thread.css'

type Props = {
  request: RequestItem
  heading: 'h2' | 'h3'
  /** Where a key puts the focus. */
  field?: RefObject<HTMLTextAreaElement | null>
  /** The person begins to write. */
  begun?: () => void
}

/** What was asked and answered about a request; while it waits, what is still to be said. */
export function Thread({ request, heading: Heading, field, begun }: Props) {
  const { data: me } = useQuery(whoAmI())
  const title = useId()
  const remarks = request.remarks ?? []
  const waits = request.state === 'pending'
  if (me === undefined) return null
  const talks = mayTalk(me, request)
  const unsent = waits ? null : <UnsentRemark key={request.id} id={request.id} state={request.state} />
  if (remarks.length === 0 && !waits) return unsent
  return (
    <section aria-labelledby={title} className="thread">
      <Heading id={title}>Questions and answers</Heading>
      {remarks.length > 0 && (
        <ol className="remarks">
          {remarks.map((remark, at) => (
            <li key={at} data-mine={remark.by === me.principal}>
              <p className="remark-head">
                <span>
                  <bdi className="remark-by">{nameOf(remark.by)}</bdi>
                  {remark.by === request.by && <span className="quiet small"> asks for access</span>}
                </span>
                <span className="quiet small">
                  <Time at={remark.at} />
                </span>
              </p>
              {remark.text == null ? (
                <p className="quiet">What was said here was erased.</p>
              ) : (
                <RemarkText text={remark.text} />
              )}
            </li>
          ))}
        </ol>
      )}
      {talks && <RemarkForm key={request.id} request={request} me={me} field={field} begun={begun} />}
      {waits && !talks && remarks.length === 0 && (
        <p className="quiet">Nothing was asked. Whoever asked for access and those who decide can write here.</p>
      )}
      {!waits && <p className="quiet small">The request is decided, so nothing can be added.</p>}
      {unsent}
    </section>
  )
}
