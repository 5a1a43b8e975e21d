import type { Files } from '../../../api/plan'
import { CopyButton } from '../../../components/CopyButton'
import { download } from '../../../lib/download'
import { tarOf } from './tar'

/** The files to take away: one archive that unpacks to their places, or each by itself. */
export function TakeFiles({ files, name }: { files: Files; name: string }) {
  return (
    <>
      <ul className="plain-list lines">
        {Object.entries(files).map(([path, text]) => (
          <li key={path} className="row row-apart take-file">
            <code>{path}</code>
            <CopyButton text={text} what={path} />
          </li>
        ))}
      </ul>
      <p className="take-files">
        <button type="button" className="button" onClick={() => download(`${name}.tar`, 'application/x-tar', tarOf(files))}>
          Download as {name}.tar
        </button>
      </p>
    </>
  )
}
