import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { domainPage, type DomainPage } from '../../api/domains'
import { asProblem } from '../../api/problem'
import { whoAmI } from '../../api/queries'
import type { WhoAmI } from '../../api/types'
import { Chip, Label } from '../../components/Chip'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import { rolesIn } from '../../lib/roles'
import { NotFound } from '../NotFound'
import { BuildDrawer } from './BuildDrawer'
import { ConsumersTab } from './ConsumersTab'
import { PeopleTab } from './PeopleTab'
import { ProductsTab } from './ProductsTab'
import { TablesTab } from './TablesTab'
import { DOMAIN_TABS, type DomainSearch, type DomainTab } from './search'
import { domainSign } from './words'
import '../../styles/domains.css'
import '../../styles/audit.css'

export type DomainTabProps = { page: DomainPage; search: DomainSearch; who: WhoAmI }

const BODIES: Record<DomainTab, (props: DomainTabProps) => ReactNode> = {
  products: ProductsTab,
  tables: TablesTab,
  people: PeopleTab,
  consumers: ConsumersTab,
}
const TITLES: Record<DomainTab, string> = {
  products: 'Products',
  tables: 'Sources and tables',
  people: 'People',
  consumers: 'Consumers',
}

export function DomainRoute() {
  const { domain, tab } = useParams({ from: '/d/$domain/$tab' })
  const search = useSearch({ from: '/d/$domain/$tab' })
  const query = useQuery(domainPage(domain))
  const who = useQuery(whoAmI())

  // Absent and invisible are one answer of the server and one page here.
  if (query.isError && asProblem(query.error).status === 404) return <NotFound />

  const Body = BODIES[tab]
  return (
    <Page title={domain} lead={query.data && <Head page={query.data} who={who.data} />}>
      <nav aria-label="Domain" className="tabs">
        {DOMAIN_TABS.map((name) => (
          <Link
            key={name}
            to="/d/$domain/$tab"
            params={{ domain, tab: name }}
            search={{}}
            aria-current={name === tab ? 'page' : undefined}
          >
            {TITLES[name]}
          </Link>
        ))}
      </nav>
      <Loaded query={query} lines={8}>
        {(page) => (
          <Loaded query={who}>
            {(me) => (
              <>
                <Body page={page} search={search} who={me} />
                {search.build && <BuildDrawer page={page} />}
              </>
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  )
}

function Head({ page, who }: { page: DomainPage; who: WhoAmI | undefined }) {
  const mine = rolesIn(who, page.domain)
  return (
    <>
      <p className="quiet">
        Domain · owner {page.owner} · {page.regions.join(', ')}
      </p>
      <div className="row row-apart">
        <p className="chips">
          <Chip sign={domainSign(page.status)} />
          {page.classification && <Label>{page.classification}</Label>}
          {mine.map((role) => (
            <Label key={role}>{`You: ${role}`}</Label>
          ))}
        </p>
        {mine.length > 0 && (
          <Link to="." search={(before: DomainSearch) => ({ ...before, build: true as const })} className="button">
            Build
          </Link>
        )}
      </div>
    </>
  )
}
