import { asProblem } from '../api/problem'
import { sentence } from '../lib/words'
import { Empty } from './Empty'
import { ProblemCode } from './ProblemCode'
import { ProblemNotice } from './ProblemNotice'
import { Said } from './Said'

/** An error of a page that is for some people: a refusal is no fault, so it is told calmly, in the server's words. */
export function Withheld({ error, title, retry }: { error: unknown; title: string; retry?: () => void }) {
  const problem = asProblem(error)
  if (problem.status !== 403) return <ProblemNotice error={error} {...(retry === undefined ? {} : { retry })} />
  return (
    <div role="status">
      <Empty title={title}>
        <p>
          The server says: <Said text={sentence(problem.message)} />
        </p>
        {problem.hint !== undefined && (
          <p>
            <Said text={sentence(problem.hint)} />
          </p>
        )}
        <p>
          <ProblemCode problem={problem} />
        </p>
      </Empty>
    </div>
  )
}
