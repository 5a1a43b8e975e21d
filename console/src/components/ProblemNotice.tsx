import { asProblem } from '../api/problem'
import { sentence } from '../lib/words'
import { ProblemCode } from './ProblemCode'
import { Said } from './Said'

/** What the server refused, in its own words. */
export function ProblemNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = asProblem(error)
  return (
    <div className="notice notice-bad" role="alert">
      <p className="notice-title">
        <Said text={sentence(problem.message)} />
      </p>
      {problem.hint !== undefined && (
        <p>
          <Said text={sentence(problem.hint)} />
        </p>
      )}
      <p>
        <ProblemCode problem={problem} />
      </p>
      {retry !== undefined && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}
