import { useMemo } from 'react'
import type { Applied, Files } from '../../../api/plan'
import { Commands, publishLines } from '../finish/Commands'
import { PlanPanel } from '../finish/PlanPanel'
import { RepositoryPicker } from '../finish/RepositoryPicker'
import { TakeFiles } from '../finish/TakeFiles'
import { taken, type Repository } from '../finish/repository'
import type { ProductDraft } from './draft'

type Props = {
  files: Files
  draft: ProductDraft
  repository: Repository | null
  pick: (repository: Repository | null) => void
  made: (made: Applied) => void
}

/** The files are checked together with the repository they belong to: alone they would mean that all the rest is gone. */
export function Finish({ files, draft, repository, pick, made }: Props) {
  const whole = useMemo(() => ({ ...repository?.files, ...files }), [repository, files])
  const there = repository === null ? [] : taken(repository, files)
  const reference = `${draft.domain}.${draft.product}`
  return (
    <>
      <p>
        The server takes a repository as a whole: what is absent counts as gone. Choose your checkout to have the product checked
        here, or take the files and use the command line.
      </p>
      <RepositoryPicker repository={repository} pick={pick} />
      {there.length > 0 ? (
        <p className="notice notice-bad">{there.join(', ')} is there already. Choose another name in step 1.</p>
      ) : (
        repository !== null && (
          <PlanPanel files={whole} paths={Object.keys(files)} action="Create the product" made={made} />
        )
      )}
      <h3>Or on the command line</h3>
      <TakeFiles files={files} name={draft.product} />
      <Commands label="Commands" lines={publishLines(draft.product, reference)} />
    </>
  )
}
