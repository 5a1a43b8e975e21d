import { Link } from '@tanstack/react-router'
import type { ProductName } from '../../api/queries'
import { useCurrentInSight } from '../../lib/useCurrentInSight'
import { capital } from '../../lib/words'
import { TABS, type ProductSearch, type Tab } from './search'

/** Tabs are addresses, so they are links: they open in another window and the back button knows them. */
export function Tabs({ current, name, search }: { current: Tab; name: ProductName; search: ProductSearch }) {
  const { request: _, ...kept } = search
  const row = useCurrentInSight<HTMLElement>(current)
  return (
    <nav ref={row} aria-label="Product" className="tabs">
      {TABS.map((tab) => (
        <Link
          key={tab}
          to="/p/$domain/$product/$tab"
          params={{ ...name, tab }}
          search={kept}
          aria-current={tab === current ? 'page' : undefined}
        >
          {capital(tab)}
        </Link>
      ))}
    </nav>
  )
}
