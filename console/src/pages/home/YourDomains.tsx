import { Link } from '@tanstack/react-router'
import type { WhoAmI } from '../../api/types'
import { domainsOf, rolesIn } from '../../lib/roles'

/** The way to the domains a person looks after. */
export function YourDomains({ me }: { me: WhoAmI }) {
  const domains = domainsOf(me)
  if (domains.length === 0) return null
  return (
    <section>
      <h2>{domains.length === 1 ? 'Your domain' : 'Your domains'}</h2>
      <ul className="plain-list">
        {domains.map((domain) => (
          <li key={domain}>
            <Link to="/d/$domain/$tab" params={{ domain, tab: 'products' }}>
              {domain}
            </Link>{' '}
            <span className="quiet">· {rolesIn(me, domain).join(' and ')}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
