import { Link } from '@tanstack/react-router'
import { asProblem } from '../../api/problem'
import { ProblemNotice } from '../../components/ProblemNotice'
import { nameParts } from '../../lib/reference'
import type { Place } from './text/place'

type Props = { error: Error; place: Place | undefined; goTo: (() => void) | null }

/** A refused statement in the server's words, and what may be done about it. */
export function Failure({ error, place, goTo }: Props) {
  const { code, message } = asProblem(error)
  // The server names a product here only if it is listed for this person.
  const product = code === 'access-required' ? /`([a-z0-9_]+\.[a-z0-9_]+)`/.exec(message)?.[1] : undefined
  return (
    <>
      <ProblemNotice error={error} />
      <p className="row">
        {place !== undefined && goTo !== null && (
          <button type="button" className="button" onClick={goTo}>
            Go to line {place.line}, column {place.column}
          </button>
        )}
        {product !== undefined && (
          <Link to="/p/$domain/$product/$tab" params={{ ...nameParts(product), tab: 'access' }} className="button">
            Access to {product}
          </Link>
        )}
        {code === 'not-found' && message.startsWith('table ') && (
          <span>
            If you know the product, <Link to="/marketplace">search for it</Link> and ask for access on its page.
          </span>
        )}
      </p>
    </>
  )
}
