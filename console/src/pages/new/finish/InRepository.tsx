import { useMemo, type ReactNode } from 'react'
import type { Applied, Files } from '../../../api/plan'
import { Commands } from './Commands'
import { PlanPanel } from './PlanPanel'
import { RepositoryPicker } from './RepositoryPicker'
import { TakeFiles } from './TakeFiles'
import type { Repository } from './repository'

type Props = {
  files: Files
  repository: Repository | null
  pick: (repository: Repository | null) => void
  /** Why the checkout is asked for. */
  why: string
  /** Why the files do not go into the chosen repository. */
  against: ReactNode
  /** What to know before they do. */
  warning?: ReactNode
  /** `Create the domain`. */
  action: string
  made: (made: Applied) => void
  archive: string
  commands: readonly string[]
}

/** The files are checked together with the repository they belong to: alone they would mean that all the rest is gone. */
export function InRepository({ files, repository, pick, why, against, warning, action, made, archive, commands }: Props) {
  const whole = useMemo(() => ({ ...repository?.files, ...files }), [repository, files])
  const isFit = repository !== null && !against
  return (
    <>
      <p>{why}</p>
      <RepositoryPicker repository={repository} pick={pick} />
      {Boolean(against) && <p className="notice notice-bad">{against}</p>}
      {isFit && Boolean(warning) && <p className="notice notice-warn">{warning}</p>}
      {isFit && <PlanPanel files={whole} paths={Object.keys(files)} action={action} made={made} />}
      <h3>Or on the command line</h3>
      <TakeFiles files={files} name={archive} />
      <Commands label="Commands" lines={commands} />
    </>
  )
}
