import { useMemo, useState } from 'react'
import { Empty } from '../../../components/Empty'
import { millisWords } from '../../../lib/time'
import type { SqlSearch } from '../search'
import type { Result } from '../tab'
import { countWords } from '../words'
import { Applied } from './Applied'
import { ResultGrid } from './ResultGrid'
import { Take } from './Take'
import { FindColumns } from './FindColumns'
import { columnsNamed } from './grid'
import { marksOf } from './treatments'

/** With fewer columns a glance is quicker than a search. */
const WORTH_FINDING = 20

type Props = { result: Result; search: SqlSearch; change: (changes: Partial<SqlSearch>) => void }

/** The rows of a statement: how many, what shaped them, and the rows. */
export function ResultView({ result, search, change }: Props) {
  const { columns, rows, more, policies, purpose, millis } = result
  const marks = useMemo(() => marksOf(columns), [columns])
  const [words, setWords] = useState(search.columns ?? '')
  const shown = useMemo(() => columnsNamed(columns, words), [columns, words])
  return (
    <>
      <div className="row sql-result-head">
        <p>
          <strong>{countWords(rows.length)}</strong>
          <span className="quiet">
            {' '}
            in {millisWords(millis)}
            {purpose !== undefined && `, read for ${purpose}`}
          </span>
        </p>
        <Take result={result} />
      </div>
      {more && (
        <p className="notice notice-warn">
          These are the first {countWords(rows.length)}; there are more. Sorting and copying know these alone. A download has all of
          them.
        </p>
      )}
      {policies.length > 0 && <Applied policies={policies} marks={marks} />}
      {rows.length === 0 ? (
        <Empty title="No rows.">
          <p>
            The statement found none among those you may see. Its columns: {columns.map(({ name }) => name).join(', ')}.
          </p>
        </Empty>
      ) : (
        <>
          {(columns.length >= WORTH_FINDING || words !== '') && (
            <FindColumns
              words={words}
              found={shown.length}
              all={columns.length}
              find={(next) => {
                setWords(next)
                change({ columns: next.trim() === '' ? undefined : next })
              }}
            />
          )}
          {shown.length === 0 ? (
            <Empty title="No column has these words in its name." />
          ) : (
            <ResultGrid key={result.queryId} result={result} marks={marks} shown={shown} />
          )}
        </>
      )}
    </>
  )
}
