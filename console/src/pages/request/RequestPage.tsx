import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { oneRequest } from '../../api/requests'
import { asProblem } from '../../api/problem'
import { entitlements, productAccess, whoAmI } from '../../api/queries'
import type { RequestItem } from '../../api/types'
import { Chip } from '../../components/Chip'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import { ProductLink } from '../../components/ProductLink'
import { Purpose } from '../../components/Purpose'
import { isMine } from '../../lib/mine'
import { nameParts } from '../../lib/reference'
import { nameOf, requestSign, rowsWords } from '../../lib/words'
import { TakeBackDialog } from '../my-access/TakeBackDialog'
import { NotFound } from '../NotFound'
import { Thread } from '../thread/Thread'
import { Timeline } from './Timeline'
import { timeline } from './timeline'
import '../../styles/request.css'

/** One request: what was asked, what became of it, what happens next. */
export function RequestPage() {
  const { id } = useParams({ from: '/requests/$id' })
  const query = useQuery(oneRequest(id))
  if (query.isError && asProblem(query.error).status === 404) return <NotFound />
  return (
    <Page title={`Request ${id}`} lead={query.data && <Lead request={query.data} />}>
      <Loaded query={query}>{(request) => <Body request={request} />}</Loaded>
    </Page>
  )
}

function Lead({ request }: { request: RequestItem }) {
  const held = useQuery(entitlements())
  return (
    <p className="chips">
      <Chip sign={requestSign(request, held.data?.items ?? [])} />
      <span className="quiet">
        {request.product} for {request.purpose}
      </span>
    </p>
  )
}

function Body({ request }: { request: RequestItem }) {
  const { data: me } = useQuery(whoAmI())
  const held = useQuery(entitlements())
  const rules = useQuery(productAccess(nameParts(request.product)))
  const [taking, setTaking] = useState(false)
  const access = held.data?.items.find((item) => item.id === request.entitlement)
  // A group's access is ended by those who decide, not by the one who asked for it.
  const ends = access?.state === 'active' && request.subject === me?.principal
  const reads = access?.state === 'active' && me !== undefined && isMine(me, access.subject)
  const mayEnd = request.by === me?.principal && (request.state === 'pending' || ends)
  return (
    <div className="columns">
      <div>
        <section>
          <h2>What happened</h2>
          <Timeline steps={timeline(request, access, rules.data?.approver, new Date())} />
          <p className="row">
            {request.mine_to_decide && (
              <Link to="/inbox" search={{ id: request.id }} className="button button-main">
                Decide in the inbox
              </Link>
            )}
            {reads && (
              <Link to="/sql" search={{ product: request.product, purpose: request.purpose }} className="button button-main">
                Query {request.product}
              </Link>
            )}
            {mayEnd && (
              <button type="button" className="button" onClick={() => setTaking(true)}>
                {request.state === 'pending' ? 'Withdraw' : 'End access'}
              </button>
            )}
          </p>
        </section>
        <Thread key={request.id} request={request} heading="h2" />
      </div>
      <section>
        <h2>What was asked</h2>
        <dl className="facts">
          <dt>Product</dt>
          <dd>
            <ProductLink reference={request.product} />
          </dd>
          <dt>For</dt>
          <dd>{nameOf(request.subject)}</dd>
          <dt>Purpose</dt>
          <dd>
            <Purpose name={request.purpose} />
          </dd>
          <dt>Rows</dt>
          <dd>{rowsWords(request.rows, rules.data?.default_scope)}</dd>
          <dt>Clear</dt>
          <dd>{request.clear.join(', ') || 'no class beyond the usual'}</dd>
          <dt>Until</dt>
          <dd>{request.until?.slice(0, 10) ?? 'as long as allowed'}</dd>
        </dl>
      </section>
      {taking && <TakeBackDialog request={request} close={() => setTaking(false)} />}
    </div>
  )
}
