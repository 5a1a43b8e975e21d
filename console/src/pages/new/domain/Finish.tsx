import { useState } from 'react'
import type { Applied, Files } from '../../../api/plan'
import { pipelineLines } from '../finish/Commands'
import { InRepository } from '../finish/InRepository'
import { PlanPanel } from '../finish/PlanPanel'
import { takenWords, type Repository } from '../finish/repository'
import type { DomainDraft } from './draft'

type Props = { files: Files; draft: DomainDraft; made: (made: Applied) => void }

const ACTION = 'Create the domain'

/** A domain with a repository of its own is whole as it is; one in the mesh's needs the rest of that repository. */
export function Finish({ files, draft, made }: Props) {
  const [repository, setRepository] = useState<Repository | null>(null)
  if (draft.home !== 'mesh') return <PlanPanel files={files} paths={Object.keys(files)} action={ACTION} made={made} />
  return (
    <InRepository
      files={files}
      repository={repository}
      pick={setRepository}
      why="The server takes the mesh’s repository as a whole: what is absent counts as gone. Choose your checkout to have it checked here, or take the file and use the command line."
      against={
        repository?.root === 'domain'
          ? 'This is the repository of one domain. Choose the mesh’s, with mesh.yaml at its top.'
          : takenWords(repository, files)
      }
      action={ACTION}
      made={made}
      archive={draft.domain}
      commands={[`tar -xf ${draft.domain}.tar         # at the top of the mesh’s repository`, ...pipelineLines('apply:DOMAIN')]}
    />
  )
}
