import { useQuery } from '@tanstack/react-query'
import { impactOf, productDiff, type ChangeItem, type Difference } from '../../api/change'
import type { ProductName } from '../../api/queries'
import { Loaded } from '../../components/Loaded'
import { Said } from '../../components/Said'
import { Table } from '../../components/Table'
import { Affected } from './Affected'
import { DECLARED } from './versions'
import { LOOKS, countWords, grouped, verdictOf, versionWords, whereWords, type Verdict } from './verdict'

type Props = { name: ProductName; from: string; to: string }

export function Changes({ name, from, to }: Props) {
  const reference = `${name.domain}.${name.product}`
  const diff = useQuery(productDiff(name, { old: from, new: to }))
  const impact = useQuery(impactOf(reference))
  return (
    <Loaded query={diff} lines={8}>
      {(difference) => (
        <>
          <VerdictLine difference={difference} />
          {grouped(difference.changes).map(([verdict, changes]) => (
            <Group key={verdict} verdict={verdict} changes={changes} />
          ))}
          {difference.changes.length > 0 && (
            <section>
              <h2>Who would feel it</h2>
              <Loaded query={impact}>
                {(felt) => <Affected impact={felt} changes={difference.changes} reference={reference} served={to !== DECLARED} />}
              </Loaded>
            </section>
          )}
        </>
      )}
    </Loaded>
  )
}

function VerdictLine({ difference }: { difference: Difference }) {
  const verdict = verdictOf(difference.verdict)
  const look = verdict === null ? null : LOOKS[verdict]
  return (
    <div className={`verdict verdict-${verdict ?? 'none'}`} role="status">
      <p className="verdict-name">
        <span className="verdict-symbol" aria-hidden="true">
          {look?.symbol ?? '='}
        </span>{' '}
        {look?.name ?? 'No change'}
      </p>
      <div>
        {look && <p>{look.meaning}</p>}
        <p>{versionWords(difference)}</p>
      </div>
      {difference.changes.length > 0 && <p className="verdict-counts">{countWords(difference.changes)}</p>}
    </div>
  )
}

function Group({ verdict, changes }: { verdict: Verdict; changes: readonly ChangeItem[] }) {
  const look = LOOKS[verdict]
  return (
    <section>
      <h2>
        <span className={`change-symbol change-${verdict}`} aria-hidden="true">
          {look.symbol}
        </span>{' '}
        {look.name} ({changes.length})
      </h2>
      <div className="changes-table">
        <Table label={`${look.name} changes`} head={['Where', 'What changed', 'Why it is judged so']}>
          {changes.map((change) => (
            <tr key={`${change.port} ${change.column} ${change.what}`}>
              <th scope="row">
                <Where change={change} />
              </th>
              <td>
                <Said text={change.what} />
              </td>
              <td>
                <Said text={change.why} />
              </td>
            </tr>
          ))}
        </Table>
      </div>
    </section>
  )
}

function Where({ change }: { change: ChangeItem }) {
  const where = whereWords(change)
  return where === null ? <>the whole contract</> : <code>{where}</code>
}
