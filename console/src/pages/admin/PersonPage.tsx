import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { person } from '../../api/people'
import { Page } from '../../components/Page'
import { Skeleton } from '../../components/Skeleton'
import { Withheld } from '../../components/Withheld'
import { nameOf } from '../../lib/words'
import { WhatCanAnswer } from '../audit/WhatCanView'
import { attributesWords, kindWords } from './words'
import '../../styles/audit.css'

/** Somebody: what the mesh knows of them, and what they read. */
export function PersonPage() {
  const { principal } = useParams({ from: '/admin/people/$principal' })
  return (
    <Page
      title={nameOf(principal)}
      lead={
        <p>
          <Link to="/admin/$tab" params={{ tab: 'people' }}>
            All people
          </Link>
        </p>
      }
    >
      <section>
        <h2>Facts</h2>
        <Facts principal={principal} />
      </section>
      <section>
        <h2>What they can read</h2>
        <WhatCanAnswer principal={principal} />
        <p>
          <Link to="/audit/$view" params={{ view: 'what-can' }} search={{ principal }}>
            Ask about a past day
          </Link>
        </p>
      </section>
    </Page>
  )
}

function Facts({ principal }: { principal: string }) {
  const query = useQuery(person(principal))
  if (query.isError) {
    const title = 'Facts about people are for administrators and auditors.'
    return <Withheld error={query.error} title={title} retry={() => void query.refetch()} />
  }
  if (query.data === undefined) return <Skeleton lines={3} />
  if (query.data === null) return <p>The mesh knows nobody of this name today.</p>
  const item = query.data
  return (
    <dl className="facts">
      <dt>Kind</dt>
      <dd>{kindWords(item)}</dd>
      <dt>Groups</dt>
      <dd>{item.groups.join(', ') || 'none'}</dd>
      <dt>Attributes</dt>
      <dd>{attributesWords(item.attributes) || 'none'}</dd>
      <dt>Tokens</dt>
      <dd>{item.tokens.toLocaleString('en')}</dd>
      <dt>Entitlements</dt>
      <dd>{item.entitlements.toLocaleString('en')}</dd>
    </dl>
  )
}
