import { Link } from '@tanstack/react-router'
import type { AdminTab } from './search'

/** A cursor leads onward only; back is the browser's own, and the first page is a link. */
export function NextPage({ tab, cursor, next }: { tab: AdminTab; cursor: string | undefined; next: string | null | undefined }) {
  if (!next && cursor === undefined) return null
  return (
    <nav aria-label="Pages of the list" className="row">
      {cursor !== undefined && (
        <Link to="/admin/$tab" params={{ tab }} search={{}} className="button">
          First page
        </Link>
      )}
      {next && (
        <Link to="/admin/$tab" params={{ tab }} search={{ cursor: next }} className="button">
          Next page
        </Link>
      )}
    </nav>
  )
}
