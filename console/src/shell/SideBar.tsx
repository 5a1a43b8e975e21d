import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { requests, whoAmI } from '../api/queries'
import { isAdmin, isAuditor } from '../lib/roles'

export function SideBar() {
  const pending = useQuery(requests('pending'))
  const { data: who } = useQuery(whoAmI())
  const inDomain = useRouterState({ select: (state) => state.location.pathname.startsWith('/d/') })
  const waiting = pending.data?.items.filter((item) => item.mine_to_decide).length ?? 0
  return (
    <nav className="side-bar" aria-label="Pages">
      <Link to="/" activeOptions={{ exact: true }}>
        Home
      </Link>
      <Link to="/marketplace">Marketplace</Link>
      <Link to="/lineage">Lineage</Link>
      <Link to="/sql">SQL</Link>
      <Link to="/my-access">My access</Link>
      <Link to="/inbox">
        Inbox
        {waiting > 0 && (
          <span className="count">
            {waiting}
            <span className="visually-hidden"> waiting</span>
          </span>
        )}
      </Link>
      <Link to="/domains" {...(inDomain ? { 'aria-current': 'page' as const } : {})}>
        Domains
      </Link>
      {isAuditor(who) && <Link to="/audit">Audit</Link>}
      {(isAdmin(who) || isAuditor(who)) && <Link to="/admin">Admin</Link>}
    </nav>
  )
}
