import type { WhoCanRead } from '../../api/audit'
import { Empty } from '../../components/Empty'
import { Reads } from '../../components/Reads'
import { nameOf } from '../../lib/words'

/** Readers, together where they get the same. */
export function Readers({ answer }: { answer: WhoCanRead }) {
  if (answer.groups.length === 0) return <Empty title={`Nobody can read ${answer.product}.`} />
  return (
    <div className="readers">
      {answer.groups.map((group) => (
        <article key={group.readers[0]?.principal} className="card">
          <h3>{group.readers.length === 1 ? '1 reader gets' : `${group.readers.length.toLocaleString('en')} readers get`} this</h3>
          <ul className="plain-list">
            {group.readers.map((reader) => (
              <li key={reader.principal}>
                <strong>{nameOf(reader.principal)}</strong>{' '}
                <span className="quiet small">
                  through{' '}
                  {reader.through
                    .map(({ entitlement, group: given }) => (given ? `${entitlement} of group ${given}` : entitlement))
                    .join(', ')}
                </span>
              </li>
            ))}
          </ul>
          <Reads under={group.under} />
        </article>
      ))}
    </div>
  )
}
