import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { requests } from '../../api/queries'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import { Inbox } from './Inbox'

export function InboxPage() {
  const { id } = useSearch({ from: '/inbox' })
  const navigate = useNavigate({ from: '/inbox' })
  const query = useQuery(requests('pending'))
  return (
    <Page title="Inbox">
      <Loaded query={query}>
        {({ items }) => {
          const mine = items.filter((item) => item.mine_to_decide)
          if (mine.length === 0) {
            return (
              <Empty title="No request waits for your decision.">
                <p>Requests appear here when you are in the group that decides for a product.</p>
              </Empty>
            )
          }
          return <Inbox requests={mine} current={id} open={(next) => void navigate({ search: { id: next }, replace: true })} />
        }}
      </Loaded>
    </Page>
  )
}
