import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { allDomains } from '../../../api/domains'
import type { Files } from '../../../api/plan'
import { Chip } from '../../../components/Chip'
import { CodeLine } from '../../../components/CodeLine'
import { Commands, pipelineLines } from '../finish/Commands'
import { Made } from '../finish/Made'
import { TakeFiles } from '../finish/TakeFiles'
import type { DomainDraft } from './draft'

type Props = { draft: DomainDraft; files: Files; restart: () => void }

export function Created({ draft, files, restart }: Props) {
  const { domain } = draft
  const service = `  - {name: svc-${domain}, domain: ${domain}}`
  return (
    <Made
      outcome={draft.made}
      what={
        <>
          The domain <strong>{domain}</strong> exists
        </>
      }
      facts={<Zone domain={domain} />}
      again="Create another domain"
      restart={restart}
    >
      <li>
        <strong>Keep the file.</strong>{' '}
        {draft.home === 'mesh'
          ? 'Commit it to the mesh’s repository now: an apply without it asks to retire the domain.'
          : 'Put it at the top of a new repository, which is the domain’s from now on.'}
        <TakeFiles files={files} name={domain} />
      </li>
      <li>
        <strong>Name a service,</strong> under which its pipelines run: the platform team adds this line to{' '}
        <code>services:</code> in people.yaml.
        <CodeLine label="Line for people.yaml" text={service} what="the line for people.yaml" />
      </li>
      <li>
        <strong>Bring data in.</strong> Its engineers do this in a checkout of the repository; the file itself is put into the
        domain’s drop folder on the server.
        <Commands label="Commands for the first source" lines={sourceLines(draft)} />
      </li>
      <li>
        <strong>Let a pipeline apply it,</strong> so that every change is proposed and seen.
        <Commands label="Commands of the pipeline" lines={pipelineLines(`apply:${domain}`)} />
      </li>
      <li>
        <strong>Make the first product,</strong> or leave it for later: its owners and engineers use{' '}
        <Link to="/new/product">New product</Link>.
      </li>
    </Made>
  )
}

/** `tessera new source` writes into the folders of a mesh's repository; in a domain's own the file lies at another place. */
function sourceLines({ domain, home }: DomainDraft): string[] {
  const apply = ['tessera apply', `tessera run ${domain}`]
  if (home === 'mesh') return [`tessera new source ${domain}.intake --file YOUR.csv`, ...apply]
  const file = ['source: intake', 'kind: files', 'tables:', '  your_table: {path: YOUR.csv, format: csv}']
  return ['mkdir -p sources && cat > sources/intake.yaml <<END', ...file, 'END', ...apply]
}

/** The zone is stamped right after the record, so its state is asked for and not assumed. */
function Zone({ domain }: { domain: string }) {
  const all = useQuery(allDomains())
  const item = all.data?.items.find((each) => each.domain === domain)
  if (item === undefined) return null
  return (
    <dl className="facts">
      <dt>Landing zone</dt>
      <dd>
        <Chip sign={item.status === 'ready' ? { text: 'Ready', tone: 'good' } : { text: 'Being made', tone: 'warn' }} />{' '}
        {item.regions.join(', ')}
      </dd>
      <dt>Owner</dt>
      <dd>{item.owner}</dd>
      <dt>Steward</dt>
      <dd>{item.steward}</dd>
    </dl>
  )
}
