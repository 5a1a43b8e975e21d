import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { domains, type DomainItem } from '../../api/domains'
import { whoAmI } from '../../api/queries'
import type { WhoAmI } from '../../api/types'
import { Chip, Label } from '../../components/Chip'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import { Paging } from '../../components/Paging'
import { Table } from '../../components/Table'
import { rolesIn } from '../../lib/roles'
import { domainSign } from './words'
import '../../styles/domains.css'

const PAGE_SIZE = 50

export function DomainsPage() {
  const { cursor } = useSearch({ from: '/domains' })
  const query = useQuery(domains({ limit: PAGE_SIZE, cursor }))
  const { data: who } = useQuery(whoAmI())
  return (
    <Page title="Domains" lead={<p className="quiet">The teams that own data, each with its products and its people.</p>}>
      <Loaded query={query} lines={8}>
        {({ items, next }) => (
          <div aria-busy={query.isPlaceholderData}>
            {items.length === 0 ? (
              <Empty title="No domain is visible to you.">
                <p>
                  A domain is declared in the mesh’s files. It appears here once one of its products is listed, or once you work in it.
                </p>
              </Empty>
            ) : (
              <Table label="Domains" head={['Domain', 'Products', 'Owner', 'Steward', 'Class of data', 'Regions', 'State']}>
                {items.map((item) => (
                  <Row key={item.domain} item={item} who={who} />
                ))}
              </Table>
            )}
            <Paging label="Pages of domains" cursor={cursor} next={next} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Row({ item, who }: { item: DomainItem; who: WhoAmI | undefined }) {
  const mine = rolesIn(who, item.domain)
  return (
    <tr>
      <th scope="row">
        <Link to="/d/$domain/$tab" params={{ domain: item.domain, tab: 'products' }}>
          {item.domain}
        </Link>
        {mine.length > 0 && <span className="quiet small block">you: {mine.join(', ')}</span>}
      </th>
      <td>{item.products.toLocaleString('en')}</td>
      <td>{item.owner}</td>
      <td>{item.steward}</td>
      <td>{item.classification ? <Label>{item.classification}</Label> : <span className="quiet">not set</span>}</td>
      <td>{item.regions.join(', ')}</td>
      <td>
        <Chip sign={domainSign(item.status)} />
      </td>
    </tr>
  )
}
