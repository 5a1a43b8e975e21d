import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { whoAmI } from '../../api/queries'
import type { WhoAmI } from '../../api/types'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import { capital } from '../../lib/words'
import { AboutTab } from './AboutTab'
import { GroupsTab } from './GroupsTab'
import { PeopleTab } from './PeopleTab'
import { TokensTab } from './TokensTab'
import { ADMIN_TABS, type AdminSearch, type AdminTab } from './search'
import '../../styles/admin.css'

export type AdminTabProps = { search: AdminSearch; who: WhoAmI }

const BODIES: Record<AdminTab, (props: AdminTabProps) => ReactNode> = {
  people: PeopleTab,
  groups: GroupsTab,
  tokens: TokensTab,
  about: AboutTab,
}

export function AdminPage() {
  const { tab } = useParams({ from: '/admin/$tab' })
  const search = useSearch({ from: '/admin/$tab' })
  const who = useQuery(whoAmI())
  const Body = BODIES[tab]
  return (
    <Page title="Admin">
      <nav aria-label="Admin" className="tabs">
        {ADMIN_TABS.map((name) => (
          <Link key={name} to="/admin/$tab" params={{ tab: name }} search={{}} aria-current={name === tab ? 'page' : undefined}>
            {capital(name)}
          </Link>
        ))}
      </nav>
      <Loaded query={who}>{(me) => <Body search={search} who={me} />}</Loaded>
    </Page>
  )
}
