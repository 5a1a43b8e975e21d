import { EntireProblem, type Finding } from '../../../api/entire'
import { ProblemNotice } from '../../../components/ProblemNotice'
import { Said } from '../../../components/Said'

/** What the server refuses of the files, each finding with file and line. */
export function Refusal({ error, retry }: { error: Error; retry: () => void }) {
  const findings = error instanceof EntireProblem ? error.findings : []
  if (findings.length === 0) return <ProblemNotice error={error} retry={retry} />
  return (
    <div className="notice notice-bad" role="alert">
      <p className="notice-title">
        {findings.length === 1 ? 'The server refuses the files.' : `The server refuses the files for ${findings.length} reasons.`}
      </p>
      <FindingList findings={findings} />
      {error instanceof EntireProblem && error.requestId !== undefined && (
        <p className="quiet small">
          <code>{error.code}</code> · request <code>{error.requestId}</code>
        </p>
      )}
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
