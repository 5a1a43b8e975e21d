import type { Applied, Files } from '../../../api/plan'
import { publishLines } from '../finish/Commands'
import { InRepository } from '../finish/InRepository'
import { takenWords, type Repository } from '../finish/repository'
import type { ProductDraft } from './draft'

type Props = {
  files: Files
  draft: ProductDraft
  repository: Repository | null
  pick: (repository: Repository | null) => void
  made: (made: Applied) => void
}

export function Finish({ files, draft, repository, pick, made }: Props) {
  return (
    <InRepository
      files={files}
      repository={repository}
      pick={pick}
      why="The server takes a repository as a whole: what is absent counts as gone. Choose your checkout to have the product checked here, or take the files and use the command line."
      against={takenWords(repository, files)}
      action="Create the product"
      made={made}
      archive={draft.product}
      commands={publishLines(draft.product, `${draft.domain}.${draft.product}`)}
    />
  )
}
