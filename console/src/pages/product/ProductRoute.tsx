import '../../styles/product.css'
import '../../styles/usage.css'
import type { ReactNode } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { asProblem } from '../../api/problem'
import { productPage } from '../../api/queries'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import { NotFound } from '../NotFound'
import { ProductHead } from './ProductHead'
import { RequestDrawer } from './RequestDrawer'
import { Tabs } from './Tabs'
import { ActivityTab } from './activity/ActivityTab'
import { OverviewTab } from './overview/OverviewTab'
import { QualityTab } from './quality/QualityTab'
import { AccessTab } from './tabs/AccessTab'
import { ContractTab } from './tabs/ContractTab'
import { LineageTab } from './tabs/LineageTab'
import { SampleTab } from './tabs/SampleTab'
import { SchemaTab } from './tabs/SchemaTab'
import type { TabProps } from './tabs/props'
import { UsageTab } from './usage/UsageTab'
import type { Tab } from './search'

const BODIES: Record<Tab, (props: TabProps) => ReactNode> = {
  overview: OverviewTab,
  schema: SchemaTab,
  sample: SampleTab,
  quality: QualityTab,
  lineage: LineageTab,
  contract: ContractTab,
  access: AccessTab,
  usage: UsageTab,
  activity: ActivityTab,
}

export function ProductRoute() {
  const { domain, product, tab } = useParams({ from: '/p/$domain/$product/$tab' })
  const search = useSearch({ from: '/p/$domain/$product/$tab' })
  const navigate = useNavigate({ from: '/p/$domain/$product/$tab' })
  const name = { domain, product }
  const query = useQuery(productPage(name, search.purpose))

  // Absent and invisible are one answer of the server and one page here.
  if (query.isError && asProblem(query.error).status === 404) return <NotFound />

  const Body = BODIES[tab]
  const title = query.data?.title ?? `${domain}.${product}`
  return (
    <Page title={title} lead={query.data && <ProductHead page={query.data} />}>
      <Tabs current={tab} name={name} search={search} />
      <Loaded query={query} lines={8}>
        {(page) => (
          <>
            <Body page={page} name={name} search={search} />
            {search.request && (
              <RequestDrawer
                page={page}
                name={name}
                close={() => void navigate({ search: (before) => ({ ...before, request: undefined }), replace: true })}
              />
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}
