import { Link } from '@tanstack/react-router'

type Props = { label: string; cursor: string | undefined; next: string | null | undefined }

/** A cursor leads onward only; back is the browser's own, and the first page is a link. */
export function Paging({ label, cursor, next }: Props) {
  if (!next && cursor === undefined) return null
  return (
    <nav aria-label={label} className="row">
      {cursor !== undefined && (
        <Link to="." search={(before: object) => ({ ...before, cursor: undefined })} className="button">
          First page
        </Link>
      )}
      {next && (
        <Link to="." search={(before: object) => ({ ...before, cursor: next })} className="button">
          Next page
        </Link>
      )}
    </nav>
  )
}
