import { useQuery } from '@tanstack/react-query'
import type { RefObject } from 'react'
import { productAccess } from '../../api/queries'
import type { RequestItem } from '../../api/types'
import { ProductLink } from '../../components/ProductLink'
import { Purpose } from '../../components/Purpose'
import { RequestLink } from '../../components/RequestLink'
import { Time } from '../../components/Time'
import { nameParts } from '../../lib/reference'
import { nameOf, rowsWords } from '../../lib/words'
import { Thread } from '../thread/Thread'
import { Background } from './Background'
import { Effect } from './Effect'
import { Invented } from './Invented'
import type { Decision } from './useInboxKeys'

type Props = {
  request: RequestItem
  decide: (decision: Decision) => void
  /** The field for a question. */
  question: RefObject<HTMLTextAreaElement | null>
  ask: () => void
  /** The person begins to write one. */
  begun: () => void
}

export function RequestDetail({ request, decide, question, ask, begun }: Props) {
  const facts = request.to_decide
  const rules = useQuery(productAccess(nameParts(request.product)))
  return (
    <section aria-labelledby="request-title" className="detail">
      <h2 id="request-title">
        {nameOf(request.by)} asks for {request.product}
      </h2>
      <blockquote>{request.reason ?? 'No reason is given.'}</blockquote>
      <dl className="facts">
        <dt>For</dt>
        <dd>{nameOf(request.subject)}</dd>
        <dt>Product</dt>
        <dd>
          <ProductLink reference={request.product} />
        </dd>
        <dt>Purpose</dt>
        <dd>
          <Purpose name={request.purpose} />
        </dd>
        <dt>Rows</dt>
        <dd>{rowsWords(request.rows, rules.data?.default_scope)}</dd>
        <dt>Clear</dt>
        <dd>{request.clear.length > 0 ? request.clear.join(', ') : 'no class beyond the usual'}</dd>
        <dt>Until</dt>
        <dd>
          {request.until?.slice(0, 10) ?? (facts ? `as long as allowed: ${facts.max_days} days` : 'as long as allowed')}
        </dd>
        <dt>Asked</dt>
        <dd>
          <Time at={request.at} /> · <RequestLink id={request.id} />
        </dd>
        {facts && (
          <>
            <dt>Groups</dt>
            <dd>{facts.groups.join(', ') || 'none'}</dd>
            <dt>Holds already</dt>
            <dd>{facts.holds.join(', ') || 'nothing on this product'}</dd>
          </>
        )}
      </dl>
      <Thread request={request} heading="h3" field={question} begun={begun} />
      <h3>Effect of approving</h3>
      <Effect wouldGet={facts?.would_get} />
      <h3>How it would look, on invented rows</h3>
      <Invented id={request.id} />
      <Background request={request} />
      <p className="row detail-actions">
        <button type="button" className="button button-main" onClick={() => decide('approve')}>
          Approve <kbd aria-hidden="true">y</kbd>
        </button>
        <button type="button" className="button" onClick={ask}>
          Ask <kbd aria-hidden="true">a</kbd>
        </button>
        <button type="button" className="button button-danger" onClick={() => decide('deny')}>
          Deny <kbd aria-hidden="true">d</kbd>
        </button>
      </p>
    </section>
  )
}
