import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { requests } from '../api/queries'

export function SideBar() {
  const pending = useQuery(requests('pending'))
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
    </nav>
  )
}
