import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Empty } from './Empty'
import { ProblemNotice } from './ProblemNotice'
import { Skeleton } from './Skeleton'

/** One query in its three states. A failed refresh keeps what was read before and says that it is old. */
export function Loaded<T>({
  query,
  lines,
  children,
}: {
  query: UseQueryResult<T>
  lines?: number
  children: (data: T) => ReactNode
}) {
  const retry = () => void query.refetch()
  if (query.data !== undefined && !(query.isError && query.isPlaceholderData)) {
    return (
      <>
        {query.isError && <ProblemNotice error={query.error} retry={retry} />}
        {children(query.data)}
      </>
    )
  }
  if (query.isError) return <ProblemNotice error={query.error} retry={retry} />
  if (query.fetchStatus === 'paused') return <Empty title="Not read: there is no network." />
  return <Skeleton {...(lines === undefined ? {} : { lines })} />
}
