import type { WouldGet } from '../../api/types'
import { treatmentWords } from '../../lib/words'

/** What the person would see if it were granted as it stands: columns by treatment, and which rows. */
export function Effect({ wouldGet }: { wouldGet: WouldGet | null | undefined }) {
  if (!wouldGet) {
    return <p className="quiet">The effect cannot be told: nothing is served, or the product is not read for this purpose any more.</p>
  }
  return (
    <>
      {wouldGet.ports.map((port) => (
        <section key={port.port} className="effect">
          <h4>Port {port.port}</h4>
          {port.refused ? (
            <p>Nothing can be read: {port.refused}</p>
          ) : (
            <dl className="facts">
              {Object.entries(port.columns ?? {}).map(([treatment, columns]) => (
                <div key={treatment} className="facts-row">
                  <dt>
                    {treatmentWords(treatment)} ({columns.length})
                  </dt>
                  <dd>{columns.join(', ')}</dd>
                </div>
              ))}
              <div className="facts-row">
                <dt>Rows</dt>
                <dd>{rowsOf(port.rows)}</dd>
              </div>
            </dl>
          )}
        </section>
      ))}
    </>
  )
}

type RowLimits = { any_of?: string[] | null; all_of: string[] } | null | undefined

function rowsOf(rows: RowLimits) {
  const some = rows?.any_of ?? null
  const every = rows?.all_of ?? []
  if (some === null && every.length === 0) return 'all'
  const conditions = [...(some === null ? [] : [some.join(' or ')]), ...every].filter((condition) => condition !== '')
  return conditions.map((condition) => (
    <code key={condition} className="block">
      {condition}
    </code>
  ))
}
