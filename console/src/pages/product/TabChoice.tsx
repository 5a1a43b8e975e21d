import { Link } from '@tanstack/react-router'
import type { ProductName } from '../../api/queries'
import type { ProductSearch, Tab } from './search'

type Props = { name: ProductName; tab: Tab; search: ProductSearch; current: boolean; text: string }

/** One of a few views of a tab; each is an address. */
export function TabChoice({ name, tab, search, current, text }: Props) {
  return (
    <Link
      to="/p/$domain/$product/$tab"
      params={{ ...name, tab }}
      search={search}
      className="choice"
      aria-current={current ? 'true' : undefined}
      activeOptions={{ exact: true, explicitUndefined: true }}
      resetScroll={false}
      replace
    >
      {text}
    </Link>
  )
}
