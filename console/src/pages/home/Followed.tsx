import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { follows, type FollowItem } from '../../api/desk'
import { Chip } from '../../components/Chip'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { ProductLink } from '../../components/ProductLink'
import { Time } from '../../components/Time'
import { Until } from '../../components/Until'
import { freshnessSign, statusSign } from '../../lib/words'
import { endOfPrevious, newestFirst } from './followed'

/** Most that are listed before the rest unfolds. */
const SHOWN = 8

/** What changes in the products a person follows. */
export function Followed() {
  const query = useQuery(follows())
  return (
    <section aria-labelledby="followed">
      <h2 id="followed">Followed products: changes</h2>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="You follow no product yet.">
              <p>
                Press Follow on the page of a product in the <Link to="/marketplace">marketplace</Link>. Its new versions, late data and
                the end of an old version are told here.
              </p>
            </Empty>
          ) : (
            <Lines items={newestFirst(items)} />
          )
        }
      </Loaded>
    </section>
  )
}

function Lines({ items }: { items: readonly FollowItem[] }) {
  const rest = items.slice(SHOWN)
  return (
    <>
      <List items={items.slice(0, SHOWN)} />
      {rest.length > 0 && (
        <details className="after-lines">
          <summary>{rest.length} more</summary>
          <List items={rest} />
        </details>
      )}
    </>
  )
}

function List({ items }: { items: readonly FollowItem[] }) {
  return (
    <ul className="plain-list lines">
      {items.map((item) => (
        <Line key={item.reference} item={item} />
      ))}
    </ul>
  )
}

function Line({ item }: { item: FollowItem }) {
  const freshness = item.status === 'draft' ? statusSign(item.status) : freshnessSign(item.freshness)
  const end = endOfPrevious(item, new Date())
  return (
    <li>
      <span className="row">
        <span>
          <ProductLink reference={item.reference} text={item.title ?? item.reference} /> {item.version}
        </span>
        {freshness && <Chip sign={freshness} />}
      </span>
      <span className="quiet small block">
        {item.title != null && (
          <>
            <code>{item.reference}</code> ·{' '}
          </>
        )}
        {item.published_at == null ? (
          'not published yet'
        ) : (
          <>
            published <Time at={item.published_at} />
          </>
        )}
      </span>
      {end !== undefined && (
        <span className="small block">
          The major version before ends on <Until at={end} />
        </span>
      )}
    </li>
  )
}
