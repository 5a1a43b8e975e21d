import { Link, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Page } from '../../components/Page'
import { ChainStatus } from './ChainStatus'
import { ExplainView } from './ExplainView'
import { JournalView } from './JournalView'
import { VerifyView } from './VerifyView'
import { WhatCanView } from './WhatCanView'
import { WhoCanReadView } from './WhoCanReadView'
import { VIEWS, type View } from './search'
import '../../styles/audit.css'

const TITLES: Record<View, string> = {
  journal: 'Journal',
  verify: 'Chain',
  explain: 'Could they read it?',
  'who-can-read': 'Who could read it?',
  'what-can': 'What could they read?',
}

const BODIES: Record<View, () => ReactNode> = {
  journal: JournalView,
  verify: VerifyView,
  explain: ExplainView,
  'who-can-read': WhoCanReadView,
  'what-can': WhatCanView,
}

export function AuditPage() {
  const { view = 'journal' } = useParams({ strict: false })
  const known = VIEWS.find((name) => name === view) ?? 'journal'
  const Body = BODIES[known]
  return (
    <Page
      title="Audit"
      lead={<p className="quiet">Who decided what, who could read what and when, and whether the record of it is whole.</p>}
    >
      <nav aria-label="Audit" className="tabs">
        {VIEWS.map((name) => (
          <Link
            key={name}
            {...(name === 'journal' ? { to: '/audit' as const } : { to: '/audit/$view' as const, params: { view: name } })}
            search={{}}
            activeOptions={{ exact: true, includeSearch: false }}
            aria-current={name === known ? 'page' : undefined}
          >
            {TITLES[name]}
          </Link>
        ))}
      </nav>
      {known === 'journal' && <ChainStatus />}
      <Body />
    </Page>
  )
}
