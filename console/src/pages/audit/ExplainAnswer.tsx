import type { Explanation, GrantItem } from '../../api/audit'
import { Chip } from '../../components/Chip'
import { RowsWords } from '../../components/Reads'
import { Said } from '../../components/Said'
import { Table } from '../../components/Table'
import { instantWords } from '../../lib/time'
import { nameOf, rowsWords, stateSign, treatmentWords } from '../../lib/words'

/** Yes or no first, then why: what was granted and by whom, and what it let them see. */
export function ExplainAnswer({ answer, past }: { answer: Explanation; past: boolean }) {
  const verb = past ? (answer.can_read ? 'could read' : 'could not read') : answer.can_read ? 'can read' : 'cannot read'
  return (
    <section aria-label="Answer" className="answer">
      <p className={`notice ${answer.can_read ? 'notice-good' : 'notice-warn'}`} role="status">
        <strong>
          {answer.can_read ? 'Yes' : 'No'}: {nameOf(answer.principal)} {verb} {answer.product}
        </strong>
        , asked about {instantWords(answer.at)}.{answer.refused && (
          <span className="block">
            Because <Said text={answer.refused} />.
          </span>
        )}
      </p>
      <dl className="facts">
        <dt>Groups {past ? 'then' : 'now'}</dt>
        <dd>{answer.groups.join(', ') || 'none'}</dd>
        <dt>May know of it</dt>
        <dd>{answer.visible ? <Said text={`yes: ${answer.visible}`} /> : 'no'}</dd>
        {answer.waiting.length > 0 && (
          <>
            <dt>Waits for a decision</dt>
            <dd>{answer.waiting.join(', ')}</dd>
          </>
        )}
      </dl>
      <h2>What was granted</h2>
      {answer.grants.length === 0 ? <p>Nothing, up to then.</p> : <Grants grants={answer.grants} />}
      {answer.under.map(({ purpose, ports }) =>
        ports.map((port) => (
          <section key={`${purpose} ${port.port}`}>
            <h2>
              For {purpose}, port {port.port}
            </h2>
            {port.refused ? (
              <p>
                Nothing: <Said text={port.refused} />
              </p>
            ) : (
              <>
                <p className="asked-line">
                  Rows: <RowsWords rows={port.rows} />
                </p>
                <Table label={`Columns of ${port.port} for ${purpose}`} head={['Column', 'Is seen as', 'Why']}>
                  {port.columns.map((column) => (
                    <tr key={column.column}>
                      <th scope="row">
                        <code>{column.column}</code>
                      </th>
                      <td data-treated={column.outcome !== 'clear'}>{treatmentWords(column.outcome)}</td>
                      <td>
                        <Said text={column.reasons.join('; ')} />
                      </td>
                    </tr>
                  ))}
                </Table>
              </>
            )}
          </section>
        )),
      )}
    </section>
  )
}

function Grants({ grants }: { grants: readonly GrantItem[] }) {
  return (
    <Table label="What was granted" head={['Entitlement', 'Purposes', 'Rows', 'From', 'Until', 'Decided by', 'State']}>
      {grants.map((grant) => (
        <tr key={grant.id}>
          <th scope="row">
            {grant.id}
            {grant.group && <span className="quiet small block">through group {grant.group}</span>}
          </th>
          <td>{grant.purposes.join(', ')}</td>
          <td>{rowsWords(grant.rows)}</td>
          <td>{instantWords(grant.since)}</td>
          <td>{grant.over_since ? instantWords(grant.over_since) : grant.until ? instantWords(grant.until) : 'no end'}</td>
          <td>
            {nameOf(grant.decided_by)}
            {grant.request && <span className="quiet small block">on {grant.request}</span>}
          </td>
          <td>
            <Chip sign={stateSign(grant.state)} />
          </td>
        </tr>
      ))}
    </Table>
  )
}
