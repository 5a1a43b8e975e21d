import { Refusal, type Finding } from '../../api/refusal'
import { ProblemNotice } from '../../components/ProblemNotice'
import { Said } from '../../components/Said'
import { Table } from '../../components/Table'
import { breachOf, type Breach } from './steps'

/** Why the gate said no: what was promised and what was found, rule by rule; then what else is missing. */
export function RefusalNotice({ error }: { error: Error }) {
  const findings = error instanceof Refusal ? error.findings.filter(({ message }) => message !== error.message) : []
  const breaches = findings.map(({ message }) => breachOf(message)).filter((breach) => breach !== null)
  const others = findings.filter(({ message }) => breachOf(message) === null)
  return (
    <>
      <ProblemNotice error={error} />
      {breaches.length > 0 && <Breaches breaches={breaches} />}
      {others.length > 0 && <Others findings={others} />}
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

function Others({ findings }: { findings: readonly Finding[] }) {
  return (
    <>
      <h3>What is missing</h3>
      <ul className="plain-list lines">
        {findings.map(({ message, hint }) => (
          <li key={message}>
            <Said text={message} />
            {hint !== undefined && <pre className="hint">{hint}</pre>}
          </li>
        ))}
      </ul>
    </>
  )
}
