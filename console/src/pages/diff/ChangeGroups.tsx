import type { ChangeItem } from '../../api/types'
import { Said } from '../../components/Said'
import { Table } from '../../components/Table'
import { LOOKS, countWords, grouped, whereWords, type Verdict } from './verdict'

type LineProps = { verdict: Verdict | null; words: string; changes: readonly ChangeItem[] }

/** How far a change reaches, in a word, a symbol and a colour. */
export function VerdictLine({ verdict, words, changes }: LineProps) {
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
        <p>{words}</p>
      </div>
      {changes.length > 0 && <p className="verdict-counts">{countWords(changes)}</p>}
    </div>
  )
}

/** The changes with their reasons, those that reach farthest first. */
export function ChangeGroups({ changes }: { changes: readonly ChangeItem[] }) {
  return grouped(changes).map(([verdict, items]) => <Group key={verdict} verdict={verdict} changes={items} />)
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
