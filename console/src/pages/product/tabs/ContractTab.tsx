import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { contractText } from '../../../api/product'
import { productVersions, whoAmI } from '../../../api/queries'
import { CopyButton } from '../../../components/CopyButton'
import { Loaded } from '../../../components/Loaded'
import { domainsToBuildIn, isMember } from '../../../lib/roles'
import { Versions } from '../../diff/Versions'
import { Picker } from '../../diff/VersionPickers'
import { comparedWith, contractChoices, contractWords } from '../../diff/versions'
import type { TabProps } from './props'

export function ContractTab({ name, search, page }: TabProps) {
  const query = useQuery(contractText(name, search.version))
  const versions = useQuery(productVersions(name))
  const who = useQuery(whoAmI())
  const navigate = useNavigate({ from: '/p/$domain/$product/$tab' })
  const builds = who.data !== undefined && domainsToBuildIn(who.data).includes(name.domain)
  const choices = contractChoices(versions.data?.items ?? [], isMember(who.data, name.domain))
  const words = <p className="quiet contract-words">{contractWords(search.version, page.publication != null)}</p>
  const pick = (version: string) =>
    void navigate({ search: (before) => ({ ...before, version: version === '' ? undefined : version }), replace: true, resetScroll: false })
  return (
    <>
      <div className="row row-apart">
        {choices.length > 1 ? <Picker label="Version" choices={choices} value={search.version ?? ''} pick={pick} /> : words}
        <div className="row">
          <Link to="/p/$domain/$product/contract/diff" params={name} search={comparedWith(search.version)} className="button">
            {search.version === undefined ? 'Compare versions' : 'Compare with what is served'}
          </Link>
          {builds && (
            <Link to="/new/version" search={{ product: `${name.domain}.${name.product}` }} className="button">
              New version
            </Link>
          )}
          {query.data !== undefined && <CopyButton text={query.data} what="the contract" />}
        </div>
      </div>
      {choices.length > 1 && words}
      <Loaded query={query} lines={12}>
        {(yaml) => (
          <pre tabIndex={0} role="region" aria-label="Contract" className="contract-yaml">
            <code>{yaml}</code>
          </pre>
        )}
      </Loaded>
      <Versions name={name} />
    </>
  )
}
