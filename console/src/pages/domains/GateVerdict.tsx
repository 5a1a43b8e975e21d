import type { PublishReport, RuleResult } from '../../api/work'
import { Chip } from '../../components/Chip'
import { Said } from '../../components/Said'
import { Table } from '../../components/Table'
import { counted, outcomeSign, type Sign } from '../../lib/words'
import { measureWords } from '../product/quality/rules'

/** What the gate found, rule by rule: those that do not hold first. */
export function GateVerdict({ report }: { report: PublishReport }) {
  const { rules } = report.gate
  const notHeld = rules.filter((rule) => rule.outcome !== 'passed')
  return (
    <section aria-label="The gate’s verdict">
      {report.dry_run && (
        <p className="notice notice-good" role="status">
          The trial passed the gate: {notHeld.length === 0 ? `all ${rules.length} rules hold` : heldWords(rules, notHeld)}. Nothing was
          published.
        </p>
      )}
      <dl className="facts">
        {Object.entries(report.ports).map(([port, facts]) => (
          <div key={port} className="facts-row">
            <dt>Port {port}</dt>
            <dd>
              {counted(facts.rows, 'row')} in {counted(facts.files, 'file')}
            </dd>
          </div>
        ))}
      </dl>
      {notHeld.length > 0 && <Rules label="Rules to look at" rules={notHeld} />}
      {(report.advice ?? []).length > 0 && (
        <>
          <h3>Advice</h3>
          <ul className="plain-list lines">
            {(report.advice ?? []).map((advice) => (
              <li key={advice.standard}>
                <Said text={advice.message} />
                {advice.paste != null && <pre className="hint">{advice.paste}</pre>}
              </li>
            ))}
          </ul>
        </>
      )}
      <details className="more">
        <summary>All {rules.length} rules</summary>
        <Rules label="All rules" rules={rules} />
      </details>
    </section>
  )
}

function heldWords(rules: readonly RuleResult[], notHeld: readonly RuleResult[]): string {
  return `${rules.length - notHeld.length} of ${rules.length} rules hold, the others do not block`
}

function sign(rule: RuleResult): Sign {
  const verdict = outcomeSign(rule.outcome)
  return rule.severity === 'error' || verdict.tone !== 'bad' ? verdict : { text: `${verdict.text}, only warns`, tone: 'warn' }
}

function Rules({ label, rules }: { label: string; rules: readonly RuleResult[] }) {
  return (
    <Table label={label} head={['Outcome', 'Column or port', 'Measures', 'Expected', 'Found']}>
      {rules.map((rule) => (
        <tr key={`${rule.port} ${rule.rule}`}>
          <td>
            <Chip sign={sign(rule)} />
          </td>
          <th scope="row">
            <code>{rule.column ?? rule.port}</code>
          </th>
          <td>{rule.metric === 'sql' ? rule.rule : measureWords(rule.metric)}</td>
          <td>{rule.expected}</td>
          <td>{rule.found ?? <span className="quiet">as promised</span>}</td>
        </tr>
      ))}
    </Table>
  )
}
