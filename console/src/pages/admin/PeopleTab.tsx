import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { people, type PersonItem } from '../../api/people'
import { Empty } from '../../components/Empty'
import { Paging } from '../../components/Paging'
import { Skeleton } from '../../components/Skeleton'
import { Table } from '../../components/Table'
import { Withheld } from '../../components/Withheld'
import type { AdminTabProps } from './AdminPage'
import { FileNote } from './FileNote'
import { attributesWords, kindWords } from './words'

const PAGE_SIZE = 100

export function PeopleTab({ search }: AdminTabProps) {
  const query = useQuery(people({ limit: PAGE_SIZE, cursor: search.cursor }))
  if (query.isError) {
    return <Withheld error={query.error} title="Who there is, is for administrators and auditors." retry={() => void query.refetch()} />
  }
  if (query.data === undefined) return <Skeleton lines={10} />
  const { items, next } = query.data
  return (
    <>
      <FileNote what="People and services" />
      {items.length === 0 ? (
        <Empty title="Nobody is declared yet." />
      ) : (
        <Table label="People and services" head={['Person or service', 'Kind', 'Groups', 'Attributes', 'Tokens', 'Entitlements']}>
          {items.map((item) => (
            <Row key={item.principal} item={item} />
          ))}
        </Table>
      )}
      <Paging label="Pages of the list" cursor={search.cursor} next={next} />
    </>
  )
}

function Row({ item }: { item: PersonItem }) {
  return (
    <tr>
      <th scope="row" className="name-cell">
        <Link to="/admin/people/$principal" params={{ principal: item.principal }}>
          {item.principal.replace(/^\w+:/, '')}
        </Link>
      </th>
      <td>{kindWords(item)}</td>
      <td>{item.groups.join(', ') || <span className="quiet">none</span>}</td>
      <td>{attributesWords(item.attributes) || <span className="quiet">none</span>}</td>
      <td>{item.tokens.toLocaleString('en')}</td>
      <td>{item.entitlements.toLocaleString('en')}</td>
    </tr>
  )
}
