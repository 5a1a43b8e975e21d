import { Refusal, type RefusedItem } from '../../api/work'
import { ProblemNotice } from '../../components/ProblemNotice'
import { Said } from '../../components/Said'
import { Table } from '../../components/Table'
import { breachOf, type Breach } from './steps'

/** Why the gate said no: what was promised and what was found, rule by rule; then what else is missing. */
export function RefusalNotice({ error }: { error: Error }) {
  const items = error instanceof Refusal ? error.items : []
  const breaches = items.map((item) => breachOf(item.detail)).filter((breach) => breach !== null)
  const others = items.filter((item) => breachOf(item.detail) === null)
  return (
    <>
      <ProblemNotice error={error} />
      {breaches.length > 0 && <Breaches breaches={breaches} />}
      {others.length > 0 && <Others items={others} />}
    </>
  )
}

function Breaches({ breaches }: { breaches: readonly Breach[] }) {
  return (
    <Table label="Broken rules" head={['Column or port', 'Rule', 'Expected', 'Found']}>
      {breaches.map((breach) => (
        <tr key={`${breach.place} ${breach.rule}`}>
          <th scope="row">
            <code>{breach.place}</code>
          </th>
          <td>
            <code>{breach.rule}</code>
          </td>
          <td>{breach.expected}</td>
          <td>
            {breach.found}
            {breach.example !== null && <span className="quiet small block">for example {breach.example}</span>}
          </td>
        </tr>
      ))}
    </Table>
  )
}

function Others({ items }: { items: readonly RefusedItem[] }) {
  return (
    <>
      <h3>What is missing</h3>
      <ul className="plain-list lines">
        {items.map((item) => (
          <li key={item.detail}>
            <Said text={item.detail} />
            {item.hint !== undefined && <pre className="hint">{item.hint}</pre>}
          </li>
        ))}
      </ul>
    </>
  )
}
