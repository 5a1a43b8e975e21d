import { Link } from '@tanstack/react-router'
import { asProblem } from '../../api/problem'
import { Empty } from '../../components/Empty'
import { ProblemNotice } from '../../components/ProblemNotice'
import { parseLineage } from './search'

type Props = { error: Error; served: string | null | undefined; asOf: string | undefined; retry: () => void }

/** Why there is nothing to show, and the way on. Absent and invisible are one answer. */
export function Refused({ error, served, asOf, retry }: Props) {
  const { status } = asProblem(error)
  if (status === 404) {
    const unserved = served === null
    return (
      <Empty title={unserved ? 'Nothing is published yet, so there is no lineage.' : 'There is nothing of this name, or it is not visible to you.'}>
        <WayOn asOf={asOf} />
      </Empty>
    )
  }
  const mayHelp = status === 0 || status >= 500
  return (
    <>
      <ProblemNotice error={error} {...(mayHelp ? { retry } : {})} />
      <WayOn asOf={asOf} />
    </>
  )
}

function WayOn({ asOf }: { asOf: string | undefined }) {
  return (
    <p className="row">
      {asOf !== undefined && (
        <Link to="/lineage" search={(before) => parseLineage({ ...before, asof: undefined })} className="button">
          Show the lineage of now
        </Link>
      )}
      <Link to="/lineage" search={{}}>
        Choose a product
      </Link>
    </p>
  )
}
