import { Link } from '@tanstack/react-router'
import { asProblem } from '../../api/problem'
import { Empty } from '../../components/Empty'
import { ProblemNotice } from '../../components/ProblemNotice'

type Props = { error: Error; served: string | null | undefined; asOf: string | undefined; retry: () => void }

/** Why there is nothing to show, and the way on. Absent and invisible are one answer. */
export function Refused({ error, served, asOf, retry }: Props) {
  const problem = asProblem(error)
  const wayOn =
    asOf === undefined ? null : (
      <p>
        <Link to="/lineage" search={(before) => ({ ...before, asof: undefined })} className="button">
          Show the lineage of now
        </Link>
      </p>
    )
  if (problem.status === 404) {
    const known = served === null
    return (
      <Empty title={known ? 'Nothing is published yet, so there is no lineage.' : 'There is nothing of this name, or it is not visible to you.'}>
        {wayOn}
        <p>
          <Link to="/lineage" search={{}}>
            Choose a product
          </Link>
        </p>
      </Empty>
    )
  }
  const mayHelp = problem.status === 0 || problem.status >= 500
  return (
    <>
      <ProblemNotice error={error} {...(mayHelp ? { retry } : {})} />
      {wayOn}
    </>
  )
}
