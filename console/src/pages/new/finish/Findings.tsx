import { Refusal, shownOf, type Finding } from '../../../api/refusal'
import { ProblemCode } from '../../../components/ProblemCode'
import { ProblemNotice } from '../../../components/ProblemNotice'
import { Said } from '../../../components/Said'

/** What the server refuses of the files, each finding with file and line. */
export function FilesRefused({ error, retry }: { error: Error; retry: () => void }) {
  if (!(error instanceof Refusal) || error.findings.length === 0) return <ProblemNotice error={error} retry={retry} />
  const shown = shownOf(error)
  return (
    <div className="notice notice-bad" role="alert">
      <p className="notice-title">
        {shown.length === 1 ? 'The server refuses the files.' : `The server refuses the files for ${shown.length} reasons.`}
      </p>
      <FindingList findings={shown} />
      <p>
        <ProblemCode problem={error} />
      </p>
      <button type="button" className="button" onClick={retry}>
        Check again
      </button>
    </div>
  )
}

export function FindingList({ findings }: { findings: readonly Finding[] }) {
  return (
    <ul className="findings">
      {findings.map((finding, at) => (
        <li key={at}>
          {finding.at !== undefined && <code className="block small">{finding.at}</code>}
          <Said text={finding.message} />
          {finding.hint !== undefined && (
            <span className="block small">
              <Said text={finding.hint} />
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
