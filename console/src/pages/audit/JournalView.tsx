import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { journal } from '../../api/audit'
import { Empty } from '../../components/Empty'
import { ProblemNotice } from '../../components/ProblemNotice'
import { Skeleton } from '../../components/Skeleton'
import { Withheld } from '../../components/Withheld'
import { JournalFilters } from './JournalFilters'
import { RecordTable } from './RecordTable'
import { isFiltered, matching, olderMayMatch, searchedWords } from './records'
import { useAuditSearch } from './useAuditSearch'

export function JournalView() {
  const search = useAuditSearch()
  const navigate = useNavigate()
  const { actor, text, from, to, record } = search
  const query = useInfiniteQuery(journal())
  const [all, setAll] = useState(false)
  const loaded = useMemo(() => (query.data?.pages ?? []).flatMap((page) => [...page].reverse()), [query.data])
  const found = useMemo(() => matching(loaded, { actor, text, from, to }), [loaded, actor, text, from, to])

  if (query.isError && query.data === undefined) {
    return <Withheld error={query.error} title="The journal is for auditors." retry={() => void query.refetch()} />
  }
  if (query.data === undefined) return <Skeleton lines={10} />

  const filter = { actor, text, from, to }
  const [newest] = loaded
  const oldest = loaded.at(-1)
  const range = newest && oldest ? { first: oldest.seq, last: newest.seq } : null
  const more = query.hasNextPage && olderMayMatch(oldest, filter)
  const readAll = async () => {
    setAll(true)
    for (let step = await query.fetchNextPage(); step.hasNextPage && !step.isError; ) step = await query.fetchNextPage()
    setAll(false)
  }
  return (
    <>
      <JournalFilters
        key={JSON.stringify(filter)}
        filter={filter}
        apply={(next) => void navigate({ to: '/audit', search: next })}
      />
      <div className="row row-apart">
        <p role="status">{searchedWords(found.length, range, isFiltered(filter))}</p>
        <span className="row">
          {more && (
            <button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage && !all ? 'Reading' : 'Read older records'}
            </button>
          )}
          {more && isFiltered(filter) && (
            <button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => void readAll()}>
              {all ? 'Searching' : 'Search all'}
            </button>
          )}
          <button
            type="button"
            className="button"
            disabled={query.isFetching}
            onClick={() => void query.refetch()}
          >
            Look for newer records
          </button>
        </span>
      </div>
      {query.isError && <ProblemNotice error={query.error} />}
      {found.length === 0 ? (
        <Empty title="No record matches." />
      ) : (
        <RecordTable
          records={found}
          loaded={loaded}
          open={record}
          toggle={(seq) =>
            void navigate({
              to: '/audit',
              search: { ...search, record: seq === record ? undefined : seq },
              replace: true,
              resetScroll: false,
            })
          }
        />
      )}
    </>
  )
}
