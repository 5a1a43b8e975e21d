import { useQuery } from '@tanstack/react-query'
import type { ProductPage } from '../../../api/types'
import { ConnectLines } from '../../../components/ConnectLines'
import { Markdown } from '../../../components/Markdown'
import type { TabProps } from '../tabs/props'
import { Beside } from './Beside'
import { Ports } from './Ports'
import { contractFacts } from './contractFacts'

export function OverviewTab(props: TabProps) {
  const { page, name } = props
  const { data: facts } = useQuery(contractFacts(name))
  return (
    <div className="columns">
      <div>
        <WhatItIs page={page} />
        <Ports page={page} name={name} keys={facts?.keys ?? {}} />
        <ReadIt page={page} />
      </div>
      <Beside {...props} promises={facts?.promises ?? []} />
    </div>
  )
}

function WhatItIs({ page }: { page: ProductPage }) {
  return (
    <section className="what-it-is">
      <h2>What it is</h2>
      {page.purpose ? <Markdown text={page.purpose} /> : <p className="quiet">The contract does not say what it is for.</p>}
      {page.usage && (
        <>
          <h3>How to use it</h3>
          <Markdown text={page.usage} />
        </>
      )}
      {page.limitations && (
        <>
          <h3>Limits</h3>
          <Markdown text={page.limitations} />
        </>
      )}
    </section>
  )
}

function ReadIt({ page }: { page: ProductPage }) {
  if (page.connect.length === 0) return null
  return (
    <section>
      <h2>Read it</h2>
      {page.access === 'yes' ? (
        <>
          <p className="quiet">Put your token in the place of TOKEN.</p>
          <ConnectLines lines={page.connect} />
        </>
      ) : (
        <p className="quiet">
          Lines for {page.connect.map(({ tool }) => tool).join(', ')} stand here once you have access.
        </p>
      )}
    </section>
  )
}
