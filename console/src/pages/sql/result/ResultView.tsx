import { Empty } from '../../../components/Empty'
import { millisWords } from '../../../lib/time'
import type { Result } from '../store'
import { countWords } from '../words'
import { Applied } from './Applied'
import { ResultGrid } from './ResultGrid'
import { Take } from './Take'
import { useRead } from './useRead'

/** The rows of a statement: how many, what shaped them, and the rows. */
export function ResultView({ result }: { result: Result }) {
  const { columns, rows, more, policies, purpose, millis } = result
  const { known, ports, marks } = useRead(result)
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
      {policies.length > 0 && <Applied policies={policies} ports={ports} known={known} />}
      {rows.length === 0 ? (
        <Empty title="No rows.">
          <p>
            The statement found none among those you may see. Its columns: {columns.map(({ name }) => name).join(', ')}.
          </p>
        </Empty>
      ) : (
        <ResultGrid key={result.queryId} result={result} marks={marks} />
      )}
    </>
  )
}
