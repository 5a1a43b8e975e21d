import type { Applied, Files } from '../../../api/plan'
import { publishLines } from '../finish/Commands'
import { InRepository } from '../finish/InRepository'
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
  const [path = ''] = Object.keys(files)
  const there = repository?.files[path]
  const isOther = there !== undefined && there !== served && there !== draft.text
  return (
    <InRepository
      files={files}
      repository={repository}
      pick={pick}
      why="Choose your checkout: the server judges the contract together with the rest of the repository. If columns come or go, the SQL of the port in that folder has to say so already."
      against={
        repository !== null &&
        there === undefined && (
          <>
            The folder has no <code>{path}</code>, so it is not the repository of this product.
          </>
        )
      }
      warning={
        isOther && 'The contract in the folder is not the one that is served. Yours takes its place, with what was changed there.'
      }
      action="Apply the new version"
      made={made}
      archive={draft.product}
      commands={publishLines(draft.product, draft.product)}
    />
  )
}
