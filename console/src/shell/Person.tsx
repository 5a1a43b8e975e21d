import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { MouseEvent } from 'react'
import { whoAmI } from '../api/queries'
import { endSession } from '../api/session'
import { nameOf } from '../lib/words'

/** Who is signed in, with groups and roles, and the way out. */
export function Person() {
  const { data: who } = useQuery(whoAmI())
  if (who === undefined) return null
  return (
    <details className="person">
      <summary>
        <span className="visually-hidden">Signed in as </span>
        {nameOf(who.principal)}
      </summary>
      <div className="person-card">
        <dl className="facts">
          <dt>Mesh</dt>
          <dd>{who.mesh ?? 'not set up yet'}</dd>
          <dt>Groups</dt>
          <dd>{who.groups.join(', ') || 'none'}</dd>
          <dt>Roles</dt>
          <dd>{who.roles.join(', ') || 'none'}</dd>
        </dl>
        <ul className="plain-list" onClick={closeMenu}>
          <li>
            <Link to="/me/$tab" params={{ tab: 'profile' }}>
              My profile
            </Link>
          </li>
          <li>
            <Link to="/me/$tab" params={{ tab: 'tokens' }}>
              My tokens
            </Link>
          </li>
          <li>
            <Link to="/me/$tab" params={{ tab: 'connections' }}>
              Connections
            </Link>
          </li>
        </ul>
        <button type="button" className="button" onClick={() => endSession('by-person')}>
          Sign out
        </button>
      </div>
    </details>
  )
}

function closeMenu(event: MouseEvent<HTMLElement>): void {
  event.currentTarget.closest('details')?.removeAttribute('open')
}
