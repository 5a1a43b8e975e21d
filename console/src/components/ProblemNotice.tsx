import { asProblem } from '../api/problem'

/** What the server refused, in its own words: message, hint, and the id under which its log has it. */
export function ProblemNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = asProblem(error)
  return (
    <div className="notice notice-bad" role="alert">
      <p className="notice-title">{sentence(problem.message)}</p>
      {problem.hint !== undefined && <p>{sentence(problem.hint)}</p>}
      <p className="quiet small">
        <code>{problem.code}</code>
        {problem.requestId !== undefined && (
          <>
            {' '}
            · request <code>{problem.requestId}</code>
          </>
        )}
      </p>
      {retry !== undefined && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

/** The server's messages begin small and have no full stop, so that they fit in any place; here they stand alone. */
function sentence(message: string): string {
  const first = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.?!]$/.test(first) ? first : `${first}.`
}
