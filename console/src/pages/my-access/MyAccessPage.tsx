import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { entitlements, requests, whoAmI } from '../../api/queries'
import type { EntitlementItem, RequestItem, WhoAmI } from '../../api/types'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { NotAll } from '../../components/NotAll'
import { Page } from '../../components/Page'
import { myAccess, myRequests } from '../../lib/mine'
import { AccessTable } from './AccessTable'
import { RequestTable } from './RequestTable'
import { TakeBackDialog } from './TakeBackDialog'

export function MyAccessPage() {
  const who = useQuery(whoAmI())
  const held = useQuery(entitlements())
  const asked = useQuery(requests())
  return (
    <Page title="My access">
      <Loaded query={who}>
        {(me) => (
          <>
            <Loaded query={held}>
              {(page) => (
                <Held me={me} mine={myAccess(me, page.items)} asked={asked.data?.items ?? []} more={page.next != null} />
              )}
            </Loaded>
            <Loaded query={asked}>
              {(page) => (
                <Asked
                  me={me}
                  mine={myRequests(me, page.items)}
                  held={held.data?.items ?? []}
                  more={page.next != null}
                />
              )}
            </Loaded>
          </>
        )}
      </Loaded>
    </Page>
  )
}

type HeldProps = { me: WhoAmI; mine: readonly EntitlementItem[]; asked: readonly RequestItem[]; more: boolean }

function Held({ me, mine, asked, more }: HeldProps) {
  const active = mine.filter((item) => item.state === 'active')
  const ended = mine.filter((item) => item.state !== 'active')
  return (
    <>
      <section>
        <h2>What you can read</h2>
        {active.length === 0 ? (
          <Empty title="You have no access yet.">
            <p>
              <Link to="/marketplace">Find a product</Link> and ask for access on its page.
            </p>
          </Empty>
        ) : (
          <AccessTable items={active} who={me.principal} asked={asked} />
        )}
        {more && <NotAll what="access" />}
      </section>
      {ended.length > 0 && (
        <section>
          <h2>Ended</h2>
          <AccessTable items={ended} who={me.principal} asked={asked} ended />
        </section>
      )}
    </>
  )
}

type AskedProps = { me: WhoAmI; mine: readonly RequestItem[]; held: readonly EntitlementItem[]; more: boolean }

function Asked({ me, mine, held, more }: AskedProps) {
  const [taking, setTaking] = useState<RequestItem | null>(null)
  return (
    <section>
      <h2>Your requests</h2>
      {mine.length === 0 ? (
        <Empty title="You have asked for nothing yet." />
      ) : (
        <RequestTable
          items={mine}
          held={held}
          holds={({ entitlement }) => held.some(({ id, state, subject }) => id === entitlement && state === 'active' && subject === me.principal)}
          takeBack={setTaking}
        />
      )}
      {more && <NotAll what="requests" />}
      {taking !== null && <TakeBackDialog request={taking} close={() => setTaking(null)} />}
    </section>
  )
}
