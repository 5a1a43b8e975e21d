import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { requests, whoAmI } from '../api/queries'
import { useCurrentInSight } from '../lib/useCurrentInSight'
import { pagesFor } from './pages'

export function SideBar() {
  const pending = useQuery(requests('pending'))
  const { data: me } = useQuery(whoAmI())
  const path = useRouterState({ select: (state) => state.location.pathname })
  const waiting = pending.data?.items.filter((item) => item.mine_to_decide).length ?? 0
  const row = useCurrentInSight<HTMLElement>(`${path} ${me?.principal ?? ''}`)
  return (
    <nav ref={row} className="side-bar" aria-label="Pages">
      {pagesFor(me)
        .filter(({ aside }) => !aside)
        .map(({ label, to, parts }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/' }}
            {...(parts !== undefined && path.startsWith(parts) ? { 'aria-current': 'page' as const } : {})}
          >
            {label}
            {to === '/inbox' && waiting > 0 && (
              <span className="count">
                {waiting}
                {pending.data?.next != null && <>+</>}
                <span className="visually-hidden"> waiting</span>
              </span>
            )}
          </Link>
        ))}
    </nav>
  )
}
