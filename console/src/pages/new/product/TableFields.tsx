import { useQuery } from '@tanstack/react-query'
import { domainTables, tableProfile } from '../../../api/domains'
import { asProblem } from '../../../api/problem'
import { Empty } from '../../../components/Empty'
import { Loaded } from '../../../components/Loaded'
import { ProblemNotice } from '../../../components/ProblemNotice'
import { Skeleton } from '../../../components/Skeleton'
import { counted } from '../../../lib/words'
import { Radios } from '../Radios'
import { TextField } from '../TextField'
import { columnsOf, newColumn } from './draft'
import type { StepProps } from './props'

export function TableFields(props: StepProps) {
  const { draft } = props
  const tables = useQuery({ ...domainTables(draft.domain), enabled: draft.domain !== '' })
  if (draft.domain === '') return <Empty title="Choose the domain first, in step 1." />
  return (
    <Loaded query={tables}>
      {(names) => (names.length === 0 ? <NoTable domain={draft.domain} /> : <Fields {...props} names={names} />)}
    </Loaded>
  )
}

function NoTable({ domain }: { domain: string }) {
  return (
    <Empty title={`${domain} has no table yet.`}>
      <p>
        A product is made of rows that the domain has. Describe a source in its folder <code>sources/</code> first, then{' '}
        <code>tessera apply</code> and <code>tessera run {domain}</code>.
      </p>
    </Empty>
  )
}

function Fields({ draft, set, errors, names }: StepProps & { names: readonly string[] }) {
  // The port is named as the table, which is what people call it, until a person says otherwise.
  const choose = (table: string) => {
    const named = draft.port === '' || draft.port === draft.table.split('.')[1]
    set({ table, columns: [], ...(named ? { port: table.split('.')[1] ?? '' } : {}) })
  }
  return (
    <>
      <Radios
        legend={`Table of ${draft.domain}`}
        name="table"
        options={names.map((name) => ({ value: name, text: <code>{name}</code> }))}
        value={draft.table}
        set={choose}
        error={errors['table']}
      />
      {draft.table !== '' && <Profile key={draft.table} draft={draft} set={set} />}
      <TextField
        label="Name of the port"
        name="port"
        help={`Readers write ${draft.domain}.${draft.product || 'product'}.${draft.port || 'port'}`}
        value={draft.port}
        set={(port) => set({ port })}
        error={errors['port']}
      />
    </>
  )
}

function Profile({ draft, set }: Pick<StepProps, 'draft' | 'set'>) {
  const [zone = '', table = ''] = draft.table.split('.')
  const profile = useQuery(tableProfile(draft.domain, zone, table))
  if (profile.isPending) return <Skeleton lines={2} />
  if (profile.isError) {
    return (
      <>
        {asProblem(profile.error).status === 404 ? (
          <p className="notice">What a table holds is told to the engineers of {draft.domain}, once there are rows in it.</p>
        ) : (
          <ProblemNotice error={profile.error} retry={() => void profile.refetch()} />
        )}
        {draft.columns.length === 0 && (
          <p>
            <button type="button" className="button" onClick={() => set({ columns: [newColumn()] })}>
              Write its columns myself
            </button>
          </p>
        )}
        {draft.columns.length > 0 && <p role="status">You write its columns yourself, in the next step.</p>}
      </>
    )
  }
  const { rows, columns } = profile.data
  const taken = draft.columns.length > 0
  return (
    <p role="status" className="notice">
      {counted(rows, 'row')}, {counted(columns.length, 'column')}.{' '}
      {taken ? (
        'They are in the next step, to be corrected.'
      ) : (
        <button type="button" className="button" onClick={() => set({ columns: columnsOf(profile.data) })}>
          Take its columns
        </button>
      )}
    </p>
  )
}
