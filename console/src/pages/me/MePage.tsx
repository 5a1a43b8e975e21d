import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { whoAmI } from '../../api/queries'
import type { WhoAmI } from '../../api/types'
import { ConnectLines } from '../../components/ConnectLines'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import { connectLines } from '../../lib/connect'
import { capital, nameOf } from '../../lib/words'
import { MyTokens } from './MyTokens'
import { Profile } from './Profile'
import { ME_TABS, type MeTab } from './search'
import '../../styles/admin.css'
import '../../styles/me.css'

const BODIES: Record<MeTab, (props: { who: WhoAmI }) => ReactNode> = { profile: Profile, tokens: Tokens, connections: Connections }

export function MePage() {
  const { tab } = useParams({ from: '/me/$tab' })
  const who = useQuery(whoAmI())
  const Body = BODIES[tab]
  return (
    <Page title={who.data ? nameOf(who.data.principal) : 'Me'}>
      <nav aria-label="Me" className="tabs">
        {ME_TABS.map((name) => (
          <Link key={name} to="/me/$tab" params={{ tab: name }} search={{}} aria-current={name === tab ? 'page' : undefined}>
            {capital(name)}
          </Link>
        ))}
      </nav>
      <Loaded query={who}>{(me) => <Body who={me} />}</Loaded>
    </Page>
  )
}

function Tokens({ who }: { who: WhoAmI }) {
  const { make } = useSearch({ from: '/me/$tab' })
  const navigate = useNavigate({ from: '/me/$tab' })
  return (
    <MyTokens
      who={who}
      making={make === true}
      setMaking={(next) => void navigate({ search: { make: next ? true : undefined }, replace: true })}
    />
  )
}

function Connections({ who }: { who: WhoAmI }) {
  const lines = connectLines({
    address: who.postgres,
    database: 'mesh',
    user: who.principal.replace(/^\w+:/, ''),
    token: 'TOKEN',
    purpose: 'PURPOSE',
  })
  return (
    <>
      <p>
        Any program that speaks to PostgreSQL reads the mesh. Put your token in the place of TOKEN and what you read for in the place of
        PURPOSE; a product’s page has lines for that product.
      </p>
      <h2>Lines to copy</h2>
      {lines.length === 0 ? <p>The server has no door for SQL programs open.</p> : <ConnectLines lines={lines} />}
    </>
  )
}
