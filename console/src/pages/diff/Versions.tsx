import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { productVersions, type ProductName } from '../../api/queries'
import type { PublicationItem } from '../../api/types'
import { Chip } from '../../components/Chip'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Table } from '../../components/Table'
import { Time } from '../../components/Time'

/** What was published, newest first, each with the way to what it changed. */
export function Versions({ name }: { name: ProductName }) {
  const query = useQuery(productVersions(name))
  return (
    <section>
      <h2>Versions</h2>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? <Empty title="Nothing is published yet." /> : <List name={name} items={items} />
        }
      </Loaded>
    </section>
  )
}

function List({ name, items }: { name: ProductName; items: readonly PublicationItem[] }) {
  return (
    <Table label="Versions" head={['Version', 'Publication', 'Published', 'What changed']}>
      {items.map((item, at) => {
        const before = items.slice(at + 1).find(({ version }) => version !== item.version)
        return (
          <tr key={item.publication}>
            <th scope="row">
              {item.version} {item.current && <Chip sign={{ text: 'Served now', tone: 'good' }} />}
            </th>
            <td>
              <code>{item.publication}</code>
            </td>
            <td className="no-break">
              <Time at={item.at} />
            </td>
            <td>
              {items[at + 1]?.version === item.version ? (
                <span className="quiet">new rows of the same version</span>
              ) : before === undefined ? (
                <span className="quiet">the first version</span>
              ) : (
                <Link
                  to="/p/$domain/$product/contract/diff"
                  params={name}
                  search={{ from: before.version, to: item.version }}
                >
                  Compare with {before.version}
                </Link>
              )}
            </td>
          </tr>
        )
      })}
    </Table>
  )
}
