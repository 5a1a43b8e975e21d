import { useQuery } from '@tanstack/react-query'
import { requestSample } from '../../api/requests'
import { asProblem } from '../../api/problem'
import type { PortEffect } from '../../api/types'
import { Loaded } from '../../components/Loaded'
import { treatmentWords } from '../../lib/words'

/** The effect of approving, on rows that are invented: who decides judges treatments and sees no row of the data. */
export function Invented({ id }: { id: string }) {
  const query = useQuery(requestSample(id))
  // Somebody else decided it meanwhile; the page says so in its own place.
  if (query.isError && asProblem(query.error).status === 404) {
    return <p className="quiet">This request does not wait any more, so there is nothing to show.</p>
  }
  return (
    <Loaded query={query} lines={6}>
      {({ ports }) =>
        ports.length === 0 ? (
          <p className="quiet">Nothing to show: no port could be read.</p>
        ) : (
          <>
            <p className="quiet small invented-note">Made up from the contract, with the treatment applied. No value belongs to anybody.</p>
            {ports.map((effect) => (
              <div key={effect.port}>
                {ports.length > 1 && <h4>Port {effect.port}</h4>}
                <InventedRows effect={effect} />
              </div>
            ))}
          </>
        )
      }
    </Loaded>
  )
}

const masked = (treatment: string | undefined) => treatment !== 'clear'

function InventedRows({ effect: { port, columns, rows } }: { effect: PortEffect }) {
  if (columns.length === 0) return <p className="quiet">No column of {port} would be there.</p>
  return (
    <div className="table-scroll" role="region" aria-label={`Invented rows of ${port}`} tabIndex={0}>
      <table className="invented">
        <thead>
          <tr>
            {columns.map(({ name, treatment }) => (
              <th key={name} scope="col" data-treated={masked(treatment)}>
                <code className="block">{name}</code>
                <span className="treatment">
                  {masked(treatment) && <strong>Masked: </strong>}
                  {treatmentWords(treatment)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((value, column) => (
                <td key={columns[column]?.name ?? column} className="no-break" data-treated={masked(columns[column]?.treatment)}>
                  {value === null ? <span className="null">NULL</span> : <bdi>{value}</bdi>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
