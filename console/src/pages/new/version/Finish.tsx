import { useMemo } from 'react'
import type { Applied, Files } from '../../../api/plan'
import { Commands, publishLines } from '../finish/Commands'
import { PlanPanel } from '../finish/PlanPanel'
import { RepositoryPicker } from '../finish/RepositoryPicker'
import { TakeFiles } from '../finish/TakeFiles'
import type { Repository } from '../finish/repository'
import type { VersionDraft } from './draft'

type Props = {
  files: Files
  draft: VersionDraft
  served: string
  repository: Repository | null
  pick: (repository: Repository | null) => void
  made: (made: Applied) => void
}

/** The changed contract takes the place of the folder's, and the server says what that means. */
export function Finish({ files, draft, served, repository, pick, made }: Props) {
  const whole = useMemo(() => ({ ...repository?.files, ...files }), [repository, files])
  const [path = ''] = Object.keys(files)
  const there = repository?.files[path]
  return (
    <>
      <p>
        Choose your checkout: the server judges the contract together with the rest of the repository. If columns come or go, the
        SQL of the port in that folder has to say so already.
      </p>
      <RepositoryPicker repository={repository} pick={pick} />
      {repository !== null && there === undefined && (
        <p className="notice notice-bad">
          The folder has no <code>{path}</code>, so it is not the repository of this product.
        </p>
      )}
      {there !== undefined && there !== served && there !== draft.text && (
        <p className="notice notice-warn">
          The contract in the folder is not the one that is served. Yours takes its place, with what was changed there.
        </p>
      )}
      {there !== undefined && <PlanPanel files={whole} paths={[path]} action="Apply the new version" made={made} />}
      <h3>Or on the command line</h3>
      <TakeFiles files={files} name={draft.product} />
      <Commands label="Commands" lines={publishLines(draft.product, draft.product)} />
    </>
  )
}
