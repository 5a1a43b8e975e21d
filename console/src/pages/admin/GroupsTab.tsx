import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { groups } from '../../api/people'
import { Empty } from '../../components/Empty'
import { Skeleton } from '../../components/Skeleton'
import { Table } from '../../components/Table'
import { Withheld } from '../../components/Withheld'
import { nameOf } from '../../lib/words'
import type { AdminTabProps } from './AdminPage'
import { FileNote } from './FileNote'
import { NextPage } from './NextPage'

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
                <span className="row">
                  {item.members.map((member) => (
                    <Link key={member} to="/admin/people/$principal" params={{ principal: member }}>
                      {nameOf(member)}
                    </Link>
                  ))}
                  {item.members.length === 0 && <span className="quiet">nobody</span>}
                </span>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <NextPage tab="groups" cursor={search.cursor} next={next} />
    </>
  )
}
