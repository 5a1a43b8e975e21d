import { useMutation, useQuery } from '@tanstack/react-query'
import { placeWords } from '../../../api/refusal'
import { useOnceKey } from '../../../api/onceKey'
import { applyFiles, planOf, type Applied, type Files, type Planned, type PlannedChange } from '../../../api/plan'
import { useReadAgain } from '../../../api/readAgain'
import { Chip } from '../../../components/Chip'
import { Said } from '../../../components/Said'
import { Skeleton } from '../../../components/Skeleton'
import { Table } from '../../../components/Table'
import { FindingList, FilesRefused } from './Findings'
import { JudgedContract } from './JudgedContract'
import { judged, objectWords, verbWords } from './planned'

type Props = {
  /** All the files that are sent, and which of them the wizard made. */
  files: Files
  paths: readonly string[]
  /** `Create the domain`. */
  action: string
  made: (made: Applied) => void
}

/** What the server says of the files, and the one button that makes it so. */
export function PlanPanel({ files, paths, action, made }: Props) {
  const plan = useQuery(planOf(files))
  const again = () => void plan.refetch()
  if (plan.isFetching && plan.data === undefined) return <Skeleton lines={4} />
  if (plan.isError) return <FilesRefused error={plan.error} retry={again} />
  if (plan.data === undefined) return null
  return <Decided planned={plan.data} files={files} paths={paths} action={action} made={made} again={again} checking={plan.isFetching} />
}

function Decided({ planned, files, paths, action, made, again, checking }: Props & { planned: Planned; again: () => void; checking: boolean }) {
  const readAgain = useReadAgain()
  const key = useOnceKey()
  const apply = useMutation({
    mutationFn: () => applyFiles(files, planned, key.headers()),
    onError: key.failed,
    onSuccess: (answer) => {
      made(answer)
      return readAgain()
    },
  })
  const checkAgain = () => {
    apply.reset()
    again()
  }
  const { mine, others, against } = judged(planned, paths)
  const warnings = (planned.warnings ?? []).map(({ message, hint, at }) => {
    const place = placeWords(at)
    return { message, ...(hint == null ? {} : { hint }), ...(place === undefined ? {} : { at: place }) }
  })
  return (
    <>
      <div role="status">
        <p className={`notice ${against === null ? 'notice-good' : 'notice-warn'}`}>
          {against ?? 'The server accepts the files. Nothing changes until you say so.'}
        </p>
      </div>
      <PlannedTable label="What these files change" changes={mine} />
      {mine.map((change) => (
        <JudgedContract key={change.object} change={change} readers={planned.readers?.[change.object.replace('product:', '')] ?? []} />
      ))}
      {others.length > 0 && (
        <details>
          <summary>What else the folder would change ({others.length})</summary>
          <PlannedTable label="What else the folder would change" changes={others} />
        </details>
      )}
      {warnings.length > 0 && (
        <section>
          <h3>Look at this</h3>
          <FindingList findings={warnings} />
        </section>
      )}
      {apply.isError && <FilesRefused error={apply.error} retry={checkAgain} />}
      <p className="row">
        <button type="button" className="button" disabled={checking} onClick={checkAgain}>
          {checking ? 'Checking' : 'Check again'}
        </button>
        {against === null && (
          <button type="button" className="button button-main" disabled={apply.isPending} onClick={() => apply.mutate()}>
            {apply.isPending ? 'Applying' : action}
          </button>
        )}
      </p>
    </>
  )
}

function PlannedTable({ label, changes }: { label: string; changes: readonly PlannedChange[] }) {
  if (changes.length === 0) return null
  return (
    <Table label={label} head={['What', 'Change', 'File', 'Yours to apply']}>
      {changes.map((change) => (
        <tr key={change.object}>
          <th scope="row">{objectWords(change.object)}</th>
          <td>{verbWords(change.verb)}</td>
          <td>
            <code>{change.path}</code>
          </td>
          <td>
            {change.refused == null ? (
              <Chip sign={{ text: 'Yes', tone: 'good' }} />
            ) : (
              <>
                <Chip sign={{ text: 'No', tone: 'bad' }} /> <Said text={change.refused} />
              </>
            )}
          </td>
        </tr>
      ))}
    </Table>
  )
}
