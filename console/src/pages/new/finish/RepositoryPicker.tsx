import { useState } from 'react'
import { Field } from '../../../components/Field'
import { readRepository, type Repository } from './repository'

type Props = { repository: Repository | null; pick: (repository: Repository | null) => void }

/** The folder of the repository. The server takes a repository as a whole, and what is absent from it as gone. */
export function RepositoryPicker({ repository, pick }: Props) {
  const [error, setError] = useState<string>()
  const read = async (list: FileList | null) => {
    if (list === null || list.length === 0) return
    try {
      pick(await readRepository([...list]))
      setError(undefined)
    } catch (problem) {
      pick(null)
      setError(problem instanceof Error ? problem.message : 'The folder cannot be read.')
    }
  }
  return (
    <>
      <Field
        label="Folder of the repository"
        help="Its files are read here and sent to this mesh for a plan, as “tessera plan” does. Nothing in the folder is changed."
        error={error}
      >
        {(wiring) => (
          <input
            {...wiring}
            name="folder"
            type="file"
            multiple
            ref={(input) => input?.setAttribute('webkitdirectory', '')}
            onChange={(event) => void read(event.target.files)}
          />
        )}
      </Field>
      {repository !== null && (
        <p role="status" className="quiet">
          {Object.keys(repository.files).length.toLocaleString('en')} files of “{repository.folder}” are read:{' '}
          {repository.root === 'mesh' ? 'the repository of a mesh' : 'the repository of one domain'}.
        </p>
      )}
    </>
  )
}
