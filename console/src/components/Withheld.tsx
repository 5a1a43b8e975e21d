import { asProblem } from '../api/problem'
import { ProblemNotice } from './ProblemNotice'

/** An error of a page that is for some people: a refusal is no fault, so it is told calmly, in the server's words. */
export function Withheld({ error, title, retry }: { error: unknown; title: string; retry?: () => void }) {
  const problem = asProblem(error)
  if (problem.status !== 403) return <ProblemNotice error={error} {...(retry === undefined ? {} : { retry })} />
  return (
    <div className="empty" role="status">
      <p className="empty-title">{title}</p>
      <p>The server says: {problem.message}.</p>
      {problem.hint !== undefined && <p>{problem.hint}</p>}
      <p className="quiet small">
        <code>{problem.code}</code> {problem.requestId !== undefined && <>· request <code>{problem.requestId}</code></>}
      </p>
    </div>
  )
}
