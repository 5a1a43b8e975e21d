import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { productPage, products } from '../../api/queries'
import type { FoundItem } from '../../api/types'
import { Chip } from '../../components/Chip'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Paging } from '../../components/Paging'
import { ProductLink } from '../../components/ProductLink'
import { Table } from '../../components/Table'
import { Time } from '../../components/Time'
import { nameParts } from '../../lib/reference'
import { isMember } from '../../lib/roles'
import { freshnessSign, gateSign, statusSign } from '../../lib/words'
import type { DomainTabProps } from './DomainRoute'
import { PublishDrawer } from './PublishDrawer'
import { RollbackDialog } from './RollbackDialog'

/** Each row asks for its own quality, so a page is short. */
const PAGE_SIZE = 25
const HEAD = ['Product', 'State', 'Freshness', 'Version', 'Quality', 'Published']

export function ProductsTab({ page, search, who }: DomainTabProps) {
  const { domain } = page
  const query = useQuery(products({ q: '', domain, cursor: search.cursor, limit: PAGE_SIZE }))
  const navigate = useNavigate({ from: '/d/$domain/$tab' })
  const close = () => void navigate({ search: (before) => ({ ...before, publish: undefined, rollback: undefined }), replace: true })
  const works = isMember(who, domain)
  return (
    <>
      <Loaded query={query} lines={6}>
        {({ items, next }) =>
          items.length === 0 ? (
            <Empty title={`No product of ${domain} is visible to you.`}>
              {works && <p>Declare one in the domain’s files and apply them; it appears here as a draft.</p>}
            </Empty>
          ) : (
            <>
              <Table label={`Products of ${domain}`} head={HEAD} actions={works}>
                {items.map((item) => (
                  <Row key={item.reference} item={item} works={works} />
                ))}
              </Table>
              {!works && (
                <p className="quiet small">
                  Owners and engineers of {domain} publish here. Open a product to read what it promises or to ask for access.
                </p>
              )}
              <Paging label="Pages of products" cursor={search.cursor} next={next} />
            </>
          )
        }
      </Loaded>
      {search.publish !== undefined && <PublishDrawer reference={`${domain}.${search.publish}`} close={close} />}
      {search.rollback !== undefined && <RollbackDialog reference={`${domain}.${search.rollback}`} close={close} />}
    </>
  )
}

function Row({ item, works }: { item: FoundItem; works: boolean }) {
  const name = nameParts(item.reference)
  const { data: page } = useQuery(productPage(name))
  const freshness = freshnessSign(item.freshness)
  const gate = gateSign(page?.quality)
  const published = item.status !== 'draft'
  return (
    <tr>
      <th scope="row" className="name-cell">
        <ProductLink reference={item.reference} text={item.title ?? item.reference} />
        <span className="quiet small block">
          <code>{item.reference}</code>
        </span>
      </th>
      <td>
        <Chip sign={statusSign(item.status)} />
      </td>
      <td>{freshness ? <Chip sign={freshness} /> : <span className="quiet">none promised</span>}</td>
      <td>{item.version}</td>
      <td>{gate ? <Chip sign={gate} /> : <span className="quiet">{page === undefined ? '' : 'not evaluated'}</span>}</td>
      <td className="no-break">{item.published_at ? <Time at={item.published_at} /> : <span className="quiet">not yet</span>}</td>
      {works && (
        <td>
          <span className="actions">
            <Link
              to="."
              search={(before) => ({ ...before, publish: name.product })}
              className="button"
              aria-label={`Publish ${item.reference}`}
            >
              Publish
            </Link>
            {published && (
              <Link
                to="."
                search={(before) => ({ ...before, rollback: name.product })}
                className="button"
                aria-label={`Roll back ${item.reference}`}
              >
                Roll back
              </Link>
            )}
          </span>
        </td>
      )}
    </tr>
  )
}
