import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { entitlements, requests, whoAmI } from '../../api/queries'
import type { EntitlementItem, RequestItem, WhoAmI } from '../../api/types'
import { Chip } from '../../components/Chip'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import { ProductLink } from '../../components/ProductLink'
import { Time } from '../../components/Time'
import { myAccess, myRequests } from '../../lib/mine'
import { nameOf, stateSign } from '../../lib/words'
import { AccessTable } from '../my-access/AccessTable'
import { Newest } from './Newest'

const SHOWN_REQUESTS = 6

export function HomePage() {
  const who = useQuery(whoAmI())
  return (
    <Page title="Home">
      <Loaded query={who}>{(me) => <Overview me={me} />}</Loaded>
    </Page>
  )
}

function Overview({ me }: { me: WhoAmI }) {
  const held = useQuery(entitlements())
  const asked = useQuery(requests())
  const waiting = asked.data?.items.filter((item) => item.mine_to_decide && item.state === 'pending').length ?? 0
  return (
    <>
      <p>Welcome, {nameOf(me.principal)}.</p>
      {waiting > 0 && (
        <p className="notice notice-warn">
          <Link to="/inbox">{waiting === 1 ? '1 request waits' : `${waiting} requests wait`} for your decision</Link>
        </p>
      )}
      <section>
        <h2>My access</h2>
        <Loaded query={held}>
          {({ items }) => <Access me={me} active={myAccess(me, items).filter((item) => item.state === 'active')} />}
        </Loaded>
      </section>
      <div className="columns">
        <section>
          <h2>My requests</h2>
          <Loaded query={asked}>{({ items }) => <Requests mine={myRequests(me, items)} />}</Loaded>
        </section>
        <section>
          <h2>Newest publications of what you read</h2>
          <Loaded query={held}>
            {({ items }) => <Newest held={myAccess(me, items).filter((item) => item.state === 'active')} />}
          </Loaded>
        </section>
      </div>
    </>
  )
}

function Access({ me, active }: { me: WhoAmI; active: readonly EntitlementItem[] }) {
  if (active.length === 0) {
    return (
      <Empty title="You have no access yet.">
        <p>
          <Link to="/marketplace">Find data in the marketplace</Link>, open a product, and ask for access on its page.
        </p>
      </Empty>
    )
  }
  return <AccessTable items={active} who={me.principal} />
}

function Requests({ mine }: { mine: readonly RequestItem[] }) {
  if (mine.length === 0) return <Empty title="You have asked for nothing yet." />
  return (
    <>
      <ul className="plain-list lines">
        {mine.slice(0, SHOWN_REQUESTS).map((request) => (
          <li key={request.id}>
            <ProductLink reference={request.product} /> <Chip sign={stateSign(request.state)} />
            <span className="quiet small block">
              {request.purpose}, asked <Time at={request.at} />
            </span>
          </li>
        ))}
      </ul>
      <p>
        <Link to="/my-access">All my requests</Link>
      </p>
    </>
  )
}
