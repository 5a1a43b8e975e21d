import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { entitlements, productAccess, requests, whoAmI } from '../../../api/queries'
import type { ProductAccess } from '../../../api/types'
import { Chip } from '../../../components/Chip'
import { Loaded } from '../../../components/Loaded'
import { RequestLink } from '../../../components/RequestLink'
import { Table } from '../../../components/Table'
import { Time } from '../../../components/Time'
import { Until } from '../../../components/Until'
import { myRequests } from '../../../lib/mine'
import { requestForm } from '../../../lib/reference'
import { nameOf, requestSign, rowsWords, stateSign } from '../../../lib/words'
import { automaticLimits, automaticOf, automaticWords } from './automatic'
import type { TabProps } from './props'

export function AccessTab({ page, name }: TabProps) {
  const access = useQuery(productAccess(name))
  return (
    <Loaded query={access}>
      {(facts) => (
        <div className="columns">
          <div>
            <section>
              <h2>{facts.mine === 'yes' ? 'Your access' : 'How to get access'}</h2>
              <p>
                {facts.mine === 'yes' && 'You have access. A further request may ask for another purpose, other rows or more time.'}
                {facts.mine === 'requested' && `Your request waits for a decision of the group ${facts.approver}.`}
                {facts.mine === 'no' &&
                  `Choose “Request access” above and say for which purpose and why. ${facts.automatic.some(({ mine }) => mine) ? 'What is not granted at once, the' : 'The'} group ${facts.approver} decides; you can read from that moment on.`}
              </p>
              <AtOnce facts={facts} />
              {facts.mine === 'requested' && <Link to="/my-access">See or withdraw it under My access</Link>}
              {facts.mine === 'yes' && (
                <Link {...requestForm(page.reference)} className="button">
                  Request more or longer
                </Link>
              )}
            </section>
            <MyRequests reference={page.reference} />
            {facts.entitlements.length > 0 && (
              <section>
                <h2>Who has access, as far as you may know</h2>
                <Table label="Access" head={['Who', 'Purposes', 'Rows', 'Until', 'State']}>
                  {facts.entitlements.map((entitlement) => (
                    <tr key={entitlement.id}>
                      <td>{nameOf(entitlement.subject)}</td>
                      <td className="no-break">{entitlement.purposes.join(', ')}</td>
                      <td>{rowsWords(entitlement.rows, facts.default_scope)}</td>
                      <td>
                        <Until at={entitlement.until} />
                      </td>
                      <td>
                        <Chip sign={stateSign(entitlement.state)} />
                      </td>
                    </tr>
                  ))}
                </Table>
              </section>
            )}
          </div>
          <section>
            <h2>Rules</h2>
            <dl className="facts">
              <dt>Decides</dt>
              <dd>{facts.approver}</dd>
              <dt>Purposes</dt>
              <dd>{facts.purposes.join(', ') || 'none'}</dd>
              <dt>Rows</dt>
              <dd>{rowsWords('default', facts.default_scope)}, unless others are asked for</dd>
              <dt>At most</dt>
              <dd>{facts.max_days} days</dd>
            </dl>
          </section>
        </div>
      )}
    </Loaded>
  )
}

/** What is granted without a decision, in sentences. */
function AtOnce({ facts }: { facts: ProductAccess }) {
  if (facts.automatic.length === 0) return null
  const { mine, others } = automaticOf(facts)
  return (
    <div className={mine.length > 0 ? 'at-once notice notice-good' : 'at-once'}>
      <ul className="plain-list" aria-label="Granted at once">
        {[...mine, ...others].map((item) => (
          <li key={`${item.group} ${item.purpose}`}>{automaticWords(item)}</li>
        ))}
      </ul>
      <p className="small">{automaticLimits(facts.default_scope)}</p>
    </div>
  )
}

function MyRequests({ reference }: { reference: string }) {
  const who = useQuery(whoAmI())
  const all = useQuery(requests())
  const held = useQuery(entitlements())
  if (who.data === undefined || all.data === undefined) return null
  const mine = myRequests(who.data, all.data.items).filter((item) => item.product === reference)
  if (mine.length === 0) return null
  return (
    <section>
      <h2>Your requests</h2>
      <ul className="plain-list">
        {mine.map((request) => (
          <li key={request.id}>
            <Chip sign={requestSign(request, held.data?.items ?? [])} /> {request.purpose}, asked <Time at={request.at} />
            {request.decided_by && <> · decided {request.decided_by === 'automatic' ? 'by a rule' : `by ${nameOf(request.decided_by)}`}</>}
            {' · '}
            <RequestLink id={request.id} />
            {request.note && <> · “{request.note}”</>}
          </li>
        ))}
      </ul>
    </section>
  )
}
