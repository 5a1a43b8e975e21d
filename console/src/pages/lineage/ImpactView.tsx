import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { impactOf } from '../../api/lineage'
import type { Impact, ReaderUse } from '../../api/types'
import { asProblem } from '../../api/problem'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Table } from '../../components/Table'
import { Time } from '../../components/Time'
import { useFirst } from '../../components/useFirst'
import { counted, nameOf } from '../../lib/words'
import { feltBy } from './affected'
import { FeltRow } from './FeltRow'
import { ImpactFile } from './ImpactFile'
import { Name } from './Name'
import type { Focus } from './place'
import { Refused } from './Refused'

/** Each line asks for its product, so a screenful at a time. */
const LINES = 20

/** Who would feel a change, as far as the server tells this person. */
export function ImpactView({ of, focus }: { of: string; focus: Focus }) {
  const query = useQuery(impactOf(of))
  if (query.isError && asProblem(query.error).status === 404) {
    return <Refused error={query.error} served={undefined} asOf={undefined} retry={() => {}} />
  }
  return (
    <Loaded query={query} lines={8}>
      {(impact) => <Felt impact={impact} focus={focus} of={of} />}
    </Loaded>
  )
}

function Felt({ impact, focus, of }: { impact: Impact; focus: Focus; of: string }) {
  const { asof } = useSearch({ from: '/lineage' })
  const felt = useMemo(() => feltBy(impact), [impact])
  const [lines, setLines] = useState(LINES)
  const what = focus.column !== null ? 'this column' : focus.port !== null ? 'this port' : 'this product'
  return (
    <>
      {asof !== undefined && <p className="notice">The impact is of now: nobody can ask what it was.</p>}
      <section>
        <div className="row row-apart lineage-section-head">
          <h2>Made of {what}</h2>
          {felt.length > 0 && <ImpactFile felt={felt} of={of} />}
        </div>
        {felt.length === 0 ? (
          <Empty title={`No product that is visible to you is made of ${what}.`} />
        ) : (
          <>
            <p role="status" className="quiet lineage-count">
              {counted(felt.length, 'product')} would feel a change, the nearest first.
            </p>
            <Table label={`Made of ${what}`} head={['Product', 'Owner', 'Steps away', 'What would change', 'Last read']}>
              {felt.slice(0, lines).map((one) => (
                <FeltRow key={one.product} felt={one} />
              ))}
            </Table>
            {lines < felt.length && (
              <button type="button" className="button" onClick={() => setLines(lines + LINES)}>
                Show {Math.min(LINES, felt.length - lines)} more
              </button>
            )}
          </>
        )}
      </section>
      <Readers impact={impact} />
    </>
  )
}

function Readers({ impact }: { impact: Impact }) {
  const { readers, readers_untold: untold } = impact
  const { shown, showAll } = useFirst(readers, LINES, 'reader')
  return (
    <section>
      <h2>Who reads it</h2>
      {readers.length === 0 ? (
        <Empty title={untold.length === 0 ? 'Nobody has read any of it.' : 'You are told of no reader.'} />
      ) : (
        <Table label="Who reads it" head={['Reader', 'Port', 'Columns', 'Last read', 'Statements']}>
          {shown.map((use) => (
            <ReaderRow key={`${use.principal} ${use.port}`} use={use} />
          ))}
        </Table>
      )}
      {showAll}
      {untold.length > 0 && (
        <p className="quiet">
          Who reads a product is told to those who answer for it. You are not told of:{' '}
          {untold.map((product, at) => (
            <span key={product}>
              {at > 0 && ', '}
              <Link to="/lineage" search={{ focus: product, view: 'impact' }}>
                {product}
              </Link>
            </span>
          ))}
          .
        </p>
      )}
    </section>
  )
}

function ReaderRow({ use }: { use: ReaderUse }) {
  return (
    <tr>
      <th scope="row">{nameOf(use.principal)}</th>
      <td>
        <Name>{use.port}</Name>
      </td>
      <td className="small lineage-wide-cell">
        {use.columns.length === 0 ? <span className="quiet">none by name</span> : <Name>{use.columns.join(', ')}</Name>}
      </td>
      <td className="no-break">
        <Time at={use.last} />
      </td>
      <td>{use.statements.toLocaleString('en')}</td>
    </tr>
  )
}
