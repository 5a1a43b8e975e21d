import { useQuery } from '@tanstack/react-query'
import { entitlements, requests } from '../../api/queries'
import type { RequestItem } from '../../api/types'
import { ProductLink } from '../../components/ProductLink'
import { RequestLink } from '../../components/RequestLink'
import { Time } from '../../components/Time'
import { nameOf } from '../../lib/words'
import { otherAccess, similar } from './facts'

/** What was decided before in such a case, and what the person can read already; as far as the one who decides may know. */
export function Background({ request }: { request: RequestItem }) {
  const all = useQuery(requests())
  const held = useQuery(entitlements())
  if (all.data === undefined || held.data === undefined) return null
  const before = similar(request, all.data.items)
  const has = otherAccess(request, held.data.items)
  return (
    <>
      <h3>Decided before</h3>
      {before.newest.length === 0 ? (
        <p className="quiet">No request for {request.purpose} on this product was decided yet.</p>
      ) : (
        <>
          <p>
            For {request.purpose} on this product: {before.approved} approved, {before.denied} denied.
          </p>
          <ul className="plain-list small">
            {before.newest.map((item) => (
              <li key={item.id}>
                <RequestLink id={item.id} /> of {nameOf(item.by)}: {item.state}
                {item.decided_at && (
                  <>
                    {' '}
                    <Time at={item.decided_at} />
                  </>
                )}
                {item.decided_by && <> by {item.decided_by === 'automatic' ? 'a rule' : nameOf(item.decided_by)}</>}
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Other access, of products you answer for</h3>
      {has.length === 0 ? (
        <p className="quiet">None.</p>
      ) : (
        <ul className="plain-list small">
          {has.map((item) => (
            <li key={item.id}>
              <ProductLink reference={item.product} /> for {item.purposes.join(', ')}, {nameOf(item.subject)}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
