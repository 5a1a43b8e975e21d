import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { entitlements, products, requests, whoAmI } from '../../api/queries'
import type { EntitlementItem, RequestItem, WhoAmI } from '../../api/types'
import { Chip } from '../../components/Chip'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { NotAll } from '../../components/NotAll'
import { Page } from '../../components/Page'
import { ProductLink } from '../../components/ProductLink'
import { RequestLink } from '../../components/RequestLink'
import { TalkChip } from '../../components/TalkChip'
import { Time } from '../../components/Time'
import { myAccess, myRequests } from '../../lib/mine'
import { expiring } from '../../lib/renewal'
import { nameOf, requestSign } from '../../lib/words'
import { AccessTable } from '../my-access/AccessTable'
import { EmptyMesh } from './EmptyMesh'
import { Expiring } from './Expiring'
import { FirstSteps } from './FirstSteps'
import { Followed } from './Followed'
import { Newest } from './Newest'
import { Questions } from './Questions'
import { YourDomains } from './YourDomains'
import '../../styles/home.css'

const SHOWN_REQUESTS = 6

export function HomePage() {
  const who = useQuery(whoAmI())
  return (
    <Page title="Home" lead={who.data && <p className="quiet">Welcome, {nameOf(who.data.principal)}.</p>}>
      <Loaded query={who}>{(me) => (me.mesh == null ? <EmptyMesh setUp={false} /> : <Overview me={me} />)}</Loaded>
    </Page>
  )
}

function Overview({ me }: { me: WhoAmI }) {
  const held = useQuery(entitlements())
  const asked = useQuery(requests())
  const waiting = asked.data?.items.filter((item) => item.mine_to_decide && item.state === 'pending').length ?? 0
  const active = held.data && myAccess(me, held.data.items).filter((item) => item.state === 'active')
  const soon = expiring(active ?? [], new Date())
  return (
    <>
      {waiting > 0 && (
        <p className="notice notice-warn">
          <Link to="/inbox">{waiting === 1 ? '1 request waits' : `${waiting} requests wait`} for your decision</Link>
        </p>
      )}
      <Questions me={me} asked={asked.data?.items ?? []} />
      {soon.length > 0 && <Expiring items={soon} asked={asked.data?.items ?? []} who={me.principal} />}
      <YourDomains me={me} />
      <Loaded query={held}>
        {(page) =>
          active?.length === 0 && page.next == null ? (
            <Newcomer />
          ) : (
            <section>
              <h2>What you can read</h2>
              <AccessTable items={active ?? []} who={me.principal} asked={asked.data?.items ?? []} />
              {page.next != null && <NotAll what="access" />}
            </section>
          )
        }
      </Loaded>
      <div className={active?.length === 0 ? undefined : 'columns'}>
        <div>
          <Followed />
          <section>
            <h2>Your requests</h2>
            <Loaded query={asked}>
              {({ items, next }) => (
                <>
                  <Requests mine={myRequests(me, items)} held={held.data?.items ?? []} />
                  {next != null && <NotAll what="requests" />}
                </>
              )}
            </Loaded>
          </section>
        </div>
        {active !== undefined && active.length > 0 && (
          <section>
            <h2>New in what you read</h2>
            <Newest held={active} />
          </section>
        )}
      </div>
    </>
  )
}

function Newcomer() {
  const any = useQuery(products({ q: '', limit: 1 }))
  return <Loaded query={any}>{({ total }) => (total === 0 ? <EmptyMesh setUp /> : <FirstSteps />)}</Loaded>
}

function Requests({ mine, held }: { mine: readonly RequestItem[]; held: readonly EntitlementItem[] }) {
  if (mine.length === 0) return <Empty title="You have asked for nothing yet." />
  return (
    <>
      <ul className="plain-list lines">
        {mine.slice(0, SHOWN_REQUESTS).map((request) => (
          <li key={request.id}>
            <ProductLink reference={request.product} /> <Chip sign={requestSign(request, held)} /> <TalkChip request={request} />
            <span className="quiet small block">
              {request.purpose}, asked <Time at={request.at} /> · <RequestLink id={request.id} />
            </span>
          </li>
        ))}
      </ul>
      <p className="after-lines">
        <Link to="/my-access">All your requests</Link>
      </p>
    </>
  )
}
