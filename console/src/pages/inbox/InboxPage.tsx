import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { requests } from '../../api/queries'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import { Filters } from './Filters'
import { Inbox } from './Inbox'
import { filtered, type InboxSearch } from './search'
import '../../styles/inbox.css'

export function InboxPage() {
  const search = useSearch({ from: '/inbox' })
  const navigate = useNavigate({ from: '/inbox' })
  const query = useQuery(requests('pending'))
  // The list stays where it was scrolled to.
  const set = (next: InboxSearch) => void navigate({ search: next, replace: true, resetScroll: false })
  return (
    <Page title="Inbox">
      <Loaded query={query}>
        {({ items, next }) => {
          const mine = items.filter((item) => item.mine_to_decide)
          const shown = filtered(mine, search)
          return (
            <>
              {next != null && (
                <p className="notice notice-warn">
                  More than 500 requests wait. These are the newest; older ones appear as these are decided.
                </p>
              )}
              {(mine.length > 1 || shown.length < mine.length) && <Filters items={mine} search={search} set={set} />}
              {shown.length === 0 && <Nothing filtered={mine.length > 0} />}
              <Inbox requests={shown} current={search.id} open={(id) => set({ ...search, id })} />
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}

function Nothing({ filtered: some }: { filtered: boolean }) {
  return some ? (
    <Empty title="No request that waits fits the filter." />
  ) : (
    <Empty title="No request waits for your decision.">
      <p>Requests appear here when you are in the group that decides for a product.</p>
    </Empty>
  )
}
