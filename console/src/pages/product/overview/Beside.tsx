import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ProductPage } from '../../../api/types'
import { ProductLink } from '../../../components/ProductLink'
import { Time } from '../../../components/Time'
import type { TabProps } from '../tabs/props'
import { NextChange } from './NextChange'
import { Promises } from './Promises'
import type { ContractFacts } from './contract'

type Props = TabProps & { promises: ContractFacts['promises'] }

/** What speaks for it, and where it stands among the others. */
export function Beside({ page, name, search, promises }: Props) {
  return (
    <div>
      <YourAccess page={page} name={name} />
      <Promises page={page} name={name} search={search} promises={promises} />
      <NextChange page={page} name={name} />
      <References title="Made from" references={page.made_from} />
      <References title="Made into" references={page.made_into} />
      {page.glossary.length > 0 && (
        <section>
          <h2>Terms</h2>
          <dl className="terms">
            {page.glossary.map(({ term, definition }) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{definition ?? 'not defined yet'}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {page.history.length > 0 && (
        <section>
          <h2>Publications</h2>
          <ul className="plain-list">
            {page.history.map((entry) => (
              <li key={entry.publication}>
                {entry.version} · <Time at={entry.at} /> {entry.current && <strong>served now</strong>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function YourAccess({ page, name }: Pick<TabProps, 'page' | 'name'>) {
  return (
    <section>
      <h2>Your access</h2>
      <p>{accessWords(page)}</p>
      <p>
        <Link to="/p/$domain/$product/$tab" params={{ ...name, tab: 'access' }}>
          {page.access === 'no' ? 'How access is decided' : 'More about access'}
        </Link>
      </p>
    </section>
  )
}

function accessWords({ access, purpose_shown: purpose, approver }: ProductPage): ReactNode {
  if (access === 'requested') return <>You asked. The group {approver} decides.</>
  if (access !== 'yes') return <>None yet. The group {approver} decides on requests.</>
  return purpose ? (
    <>
      You can read it. This page shows what you see for the purpose <strong>{purpose}</strong>.
    </>
  ) : (
    <>You can read it.</>
  )
}

function References({ title, references }: { title: string; references: readonly string[] }) {
  return (
    <section>
      <h2>{title}</h2>
      {references.length === 0 ? (
        <p className="quiet">No product that is visible to you.</p>
      ) : (
        <ul className="plain-list">
          {references.map((reference) => (
            <li key={reference}>
              <ProductLink reference={reference} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
