import { useQuery } from '@tanstack/react-query'
import { oneRecord, type JournalRecord } from '../../api/audit'
import { CopyButton } from '../../components/CopyButton'

/** A record as it is kept, with its place in the chain. */
export function RecordDetail({ record, loaded }: { record: JournalRecord; loaded: readonly JournalRecord[] }) {
  const json = JSON.stringify(record)
  return (
    <div className="record-detail">
      <dl className="facts small">
        <dt>Hash</dt>
        <dd>
          <code>{record.hash}</code>
        </dd>
        <dt>Hash before</dt>
        <dd>
          <Previous seq={record.seq} loaded={loaded} />
        </dd>
        <dt>Command</dt>
        <dd>
          <code>{record.command_id}</code>
        </dd>
        <dt>Kind</dt>
        <dd>
          <code>{record.kind}</code>, format {record.version}
        </dd>
        <dt>At</dt>
        <dd>
          <code>{record.at}</code> by <code>{record.actor}</code>
        </dd>
      </dl>
      <pre tabIndex={0} role="region" aria-label={`Body of record ${record.seq}`}>
        <code>{JSON.stringify(record.body, null, 2)}</code>
      </pre>
      <CopyButton text={json} what={`record ${record.seq} as JSON`} />
    </div>
  )
}

function Previous({ seq, loaded }: { seq: number; loaded: readonly JournalRecord[] }) {
  const known = loaded.find((record) => record.seq === seq - 1)
  const query = useQuery({ ...oneRecord(seq - 1), enabled: known === undefined && seq > 1 })
  if (seq === 1) return <>none; it is the first record</>
  const before = known ?? query.data
  if (!before) return <span className="quiet">{query.isError ? 'could not be read' : 'Reading'}</span>
  return (
    <>
      <code>{before.hash}</code> <span className="quiet">of record {before.seq.toLocaleString('en')}</span>
    </>
  )
}
