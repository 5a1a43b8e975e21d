import { useQuery } from '@tanstack/react-query'
import { readiness } from '../../api/people'
import { Chip } from '../../components/Chip'
import { ProblemNotice } from '../../components/ProblemNotice'
import type { AdminTabProps } from './AdminPage'

export function AboutTab({ who }: AdminTabProps) {
  const query = useQuery(readiness())
  return (
    <>
      <dl className="facts">
        <dt>Mesh</dt>
        <dd>{who.mesh ?? 'not set up yet'}</dd>
        <dt>Version</dt>
        <dd>Tessera {who.version}</dd>
        <dt>State</dt>
        <dd>
          {query.data && (
            <Chip sign={query.data.status === 'ok' ? { text: 'Takes work', tone: 'good' } : { text: query.data.status, tone: 'warn' }} />
          )}
          {query.isError && <Chip sign={{ text: 'Does not take work', tone: 'bad' }} />}
        </dd>
        <dt>Postgres door</dt>
        <dd>
          <code>{who.postgres}</code>
        </dd>
        <dt>Licence</dt>
        <dd>Apache License 2.0</dd>
        <dt>Description of the API</dt>
        <dd>
          <a href="/openapi.json" target="_blank" rel="noopener">
            openapi.json
          </a>
        </dd>
      </dl>
      {query.isError && <ProblemNotice error={query.error} retry={() => void query.refetch()} />}
    </>
  )
}
