import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { whoAmI } from '../../api/queries'
import { answersFor } from '../../lib/roles'
import { nameOf } from '../../lib/words'

/** A name; for whoever may ask what somebody can read, also the way there. */
export function PersonName({ principal, domain }: { principal: string; domain: string }) {
  const { data: me } = useQuery(whoAmI())
  const known = /^(user|service):/.test(principal)
  if (!known || !answersFor(me, domain)) return <bdi>{nameOf(principal)}</bdi>
  return (
    <Link to="/audit/$view" params={{ view: 'what-can' }} search={{ principal }}>
      <bdi>{nameOf(principal)}</bdi>
    </Link>
  )
}
