import { useMemo, useState } from 'react'
import type { Applied, Files } from '../../../api/plan'
import { Commands, pipelineLines } from '../finish/Commands'
import { PlanPanel } from '../finish/PlanPanel'
import { RepositoryPicker } from '../finish/RepositoryPicker'
import { TakeFiles } from '../finish/TakeFiles'
import { taken, type Repository } from '../finish/repository'
import type { DomainDraft } from './draft'

type Props = { files: Files; draft: DomainDraft; made: (made: Applied) => void }

/** A domain with a repository of its own is whole as it is; one in the mesh's needs the rest of that repository. */
export function Finish({ files, draft, made }: Props) {
  if (draft.home !== 'mesh') {
    return <PlanPanel files={files} paths={Object.keys(files)} action="Create the domain" made={made} />
  }
  return <InMesh files={files} draft={draft} made={made} />
}

function InMesh({ files, draft, made }: Props) {
  const [repository, setRepository] = useState<Repository | null>(null)
  const whole = useMemo(() => ({ ...repository?.files, ...files }), [repository, files])
  const there = repository === null ? [] : taken(repository, files)
  return (
    <>
      <p>
        The server takes the mesh’s repository as a whole: what is absent counts as gone. Choose your checkout to have it
        checked here, or take the file and use the command line.
      </p>
      <RepositoryPicker repository={repository} pick={setRepository} />
      {repository?.root === 'domain' && (
        <p className="notice notice-bad">This is the repository of one domain. Choose the mesh’s, with mesh.yaml at its top.</p>
      )}
      {there.length > 0 && <p className="notice notice-bad">{there.join(', ')} is there already. Choose another name.</p>}
      {repository?.root === 'mesh' && there.length === 0 && (
        <PlanPanel files={whole} paths={Object.keys(files)} action="Create the domain" made={made} />
      )}
      <h3>Or on the command line</h3>
      <TakeFiles files={files} name={draft.domain} />
      <Commands
        label="Commands"
        lines={[`tar -xf ${draft.domain}.tar         # at the top of the mesh’s repository`, ...pipelineLines('apply:DOMAIN')]}
      />
    </>
  )
}
