import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { productContract, whoAmI } from '../../../api/queries'
import { CopyButton } from '../../../components/CopyButton'
import { Loaded } from '../../../components/Loaded'
import { domainsToBuildIn } from '../../../lib/roles'
import { Versions } from '../../diff/Versions'
import type { TabProps } from './props'

export function ContractTab({ name }: TabProps) {
  const query = useQuery(productContract(name))
  const who = useQuery(whoAmI())
  const builds = who.data !== undefined && domainsToBuildIn(who.data).includes(name.domain)
  return (
    <Loaded query={query} lines={12}>
      {(yaml) => (
        <>
          <div className="row row-apart">
            <p className="quiet">The contract as it is served, in the Open Data Contract Standard.</p>
            <div className="row">
              <Link to="/p/$domain/$product/contract/diff" params={name} className="button">
                Compare versions
              </Link>
              {builds && (
                <Link to="/new/version" search={{ product: `${name.domain}.${name.product}` }} className="button">
                  New version
                </Link>
              )}
              <CopyButton text={yaml} what="the contract" />
            </div>
          </div>
          <pre tabIndex={0} role="region" aria-label="Contract">
            <code>{yaml}</code>
          </pre>
          <Versions name={name} />
        </>
      )}
    </Loaded>
  )
}
