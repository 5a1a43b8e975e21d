import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { tokens } from '../../api/people'
import { Loaded } from '../../components/Loaded'
import { Paging } from '../../components/Paging'
import { isAdmin } from '../../lib/roles'
import type { AdminTabProps } from './AdminPage'
import { TokenDialog } from './TokenDialog'
import { TokenTable } from './TokenTable'

const PAGE_SIZE = 100

export function TokensTab({ search, who }: AdminTabProps) {
  const query = useQuery(tokens({ limit: PAGE_SIZE, cursor: search.cursor }))
  const navigate = useNavigate({ from: '/admin/$tab' })
  const setMake = (make: true | undefined) => void navigate({ search: (before) => ({ ...before, make }), replace: true })
  const admin = isAdmin(who)
  return (
    <>
      <div className="row row-apart">
        <p className="quiet">
          {admin
            ? 'A token is how a person or a service enters. Its text is shown once, when it is made.'
            : 'Administrators make tokens and see everybody’s. You see your own.'}
        </p>
        {admin && (
          <button type="button" className="button button-main" onClick={() => setMake(true)}>
            Make a token
          </button>
        )}
      </div>
      <Loaded query={query} lines={8}>
        {({ items, next }) => (
          <>
            <TokenTable items={items} who={who} />
            <Paging label="Pages of the list" cursor={search.cursor} next={next} />
          </>
        )}
      </Loaded>
      {search.make && <TokenDialog principal="" close={() => setMake(undefined)} />}
    </>
  )
}
