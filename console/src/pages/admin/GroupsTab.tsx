import { useQuery } from '@tanstack/react-query'
import { groups } from '../../api/people'
import { Empty } from '../../components/Empty'
import { Paging } from '../../components/Paging'
import { Skeleton } from '../../components/Skeleton'
import { Table } from '../../components/Table'
import { Withheld } from '../../components/Withheld'
import type { AdminTabProps } from './AdminPage'
import { FileNote } from './FileNote'
import { Members } from './Members'

const PAGE_SIZE = 100

export function GroupsTab({ search }: AdminTabProps) {
  const query = useQuery(groups({ limit: PAGE_SIZE, cursor: search.cursor }))
  if (query.isError) {
    const title = 'Who is in which group is for administrators and auditors.'
    return <Withheld error={query.error} title={title} retry={() => void query.refetch()} />
  }
  if (query.data === undefined) return <Skeleton lines={10} />
  const { items, next } = query.data
  return (
    <>
      <FileNote what="Groups" />
      {items.length === 0 ? (
        <Empty title="No group is declared yet." />
      ) : (
        <Table label="Groups" head={['Group', 'Roles', 'Members']}>
          {items.map((item) => (
            <tr key={item.group}>
              <th scope="row">{item.group}</th>
              <td>{item.roles.join(', ') || <span className="quiet">none</span>}</td>
              <td>
                <Members of={item.members} />
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Paging label="Pages of the list" cursor={search.cursor} next={next} />
    </>
  )
}
