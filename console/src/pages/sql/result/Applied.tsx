import { Said } from '../../../components/Said'
import { treatmentWords } from '../../../lib/words'
import type { PortRead } from './treatments'

type Props = {
  policies: readonly string[]
  ports: readonly PortRead[]
  /** Whether the record of the statement was found; without it nothing is said about single columns. */
  known: boolean
}

/** What shaped the rows: the masked columns that were read, and the server's own sentences. */
export function Applied({ policies, ports, known }: Props) {
  const treated = ports.flatMap(({ product, port, treated: columns }) =>
    columns.map(({ column, treatment }) => ({ source: `${product}.${port}.${column}`, words: treatmentWords(treatment) })),
  )
  return (
    <details className="sql-applied">
      <summary>
        {policies.length === 1 ? 'Policies of 1 table' : `Policies of ${policies.length} tables`} shaped these rows
        {treated.length > 0 && `; ${treated.length === 1 ? '1 column was' : `${treated.length} columns were`} read masked`}
      </summary>
      {treated.length > 0 && (
        <ul aria-label="Columns read masked">
          {treated.map(({ source, words }) => (
            <li key={source}>
              <code>{source}</code>: {words}
            </li>
          ))}
        </ul>
      )}
      {known && treated.length === 0 && <p>None of the columns this statement read is masked.</p>}
      <p>In the server’s words:</p>
      <ul>
        {policies.map((policy) => (
          <li key={policy}>
            <Said text={policy} />
          </li>
        ))}
      </ul>
      {known && (
        <p className="quiet small">
          A column of the answer is marked as masked if it has the name of one that was read masked. One that the statement renames or
          computes has no mark, whatever it is made of; the list above has all that was read.
        </p>
      )}
    </details>
  )
}
