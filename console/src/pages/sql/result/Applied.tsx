import { Said } from '../../../components/Said'
import type { Mark } from './treatments'

type Props = { policies: readonly string[]; marks: readonly (readonly Mark[] | null)[] }

/** What shaped the rows: the masked columns that they come from, and the server's own sentences. */
export function Applied({ policies, marks }: Props) {
  const sources = new Map(marks.flatMap((of) => of ?? []).map(({ source, words }) => [source, words]))
  const masked = marks.filter((of) => of !== null).length
  return (
    <details className="sql-applied">
      <summary>
        {policies.length === 1 ? 'Policies of 1 table' : `Policies of ${policies.length} tables`} shaped these rows
        {masked > 0 && `; ${masked === 1 ? '1 column has' : `${masked} columns have`} masked values`}
      </summary>
      {sources.size > 0 && (
        <ul aria-label="Masked columns that these rows come from">
          {[...sources].map(([source, words]) => (
            <li key={source}>
              <code>{source}</code>: {words}
            </li>
          ))}
        </ul>
      )}
      {masked === 0 && <p>None of these columns comes from a masked one.</p>}
      <p>In the server’s words:</p>
      <ul>
        {policies.map((policy) => (
          <li key={policy}>
            <Said text={policy} />
          </li>
        ))}
      </ul>
    </details>
  )
}
