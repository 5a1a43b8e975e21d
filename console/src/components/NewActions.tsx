import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { whoAmI } from '../api/queries'
import { domainsToBuildIn, mayCreateDomains } from '../lib/roles'

/** What a person may publish, offered to those who may. */
export function NewActions() {
  const { data: who } = useQuery(whoAmI())
  if (who === undefined) return null
  return (
    <>
      {domainsToBuildIn(who).length > 0 && (
        <Link to="/new/product" className="button">
          New product
        </Link>
      )}
      {mayCreateDomains(who) && (
        <Link to="/new/domain" className="button">
          New domain
        </Link>
      )}
    </>
  )
}
