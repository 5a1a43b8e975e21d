import type { Problem } from '../api/problem'

/** What a person tells who looks after the server: the kind of refusal, and the id under which its log has it. */
export function ProblemCode({ problem: { code, requestId } }: { problem: Problem }) {
  return (
    <span className="quiet small block">
      <code>{code}</code>
      {requestId !== undefined && (
        <>
          {' '}
          · request <code>{requestId}</code>
        </>
      )}
    </span>
  )
}
