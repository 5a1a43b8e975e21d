import { Chip } from '../../components/Chip'
import { ProductLink } from '../../components/ProductLink'
import { Table } from '../../components/Table'
import { Time } from '../../components/Time'
import { millisWords } from '../../lib/time'
import type { Sign } from '../../lib/words'
import type { Line } from './history'
import type { Kept } from './tab'

const SIGNS: Record<Line['outcome'], Sign> = {
  answered: { text: 'Answered', tone: 'good' },
  running: { text: 'Running', tone: 'warn' },
  refused: { text: 'Refused', tone: 'bad' },
  cancelled: { text: 'Cancelled', tone: 'plain' },
  failed: { text: 'Failed', tone: 'bad' },
}

export function ActivityTable({ lines, kept }: { lines: readonly Line[]; kept: readonly Kept[] }) {
  const texts = new Map(kept.flatMap(({ queryId, sql }) => (queryId === undefined ? [] : [[queryId, sql] as const])))
  return (
    <Table label="Statements the server recorded" head={['When', 'Read', 'Purpose', 'Outcome', 'Rows', 'Time']}>
      {lines.map((line) => (
        <tr key={line.id}>
          <td className="no-break">
            <Time at={line.at} />
          </td>
          <td>
            {line.read.length === 0 ? <span className="quiet">nothing</span> : <Read ports={line.read} />}
            {texts.has(line.id) && <code className="sql-said block small">{texts.get(line.id)}</code>}
          </td>
          <td>{line.purpose ?? <span className="quiet">none</span>}</td>
          <td>
            <Chip sign={SIGNS[line.outcome]} />
            {line.code !== null && line.code !== line.outcome && (
              <span className="quiet small block">
                <code>{line.code}</code>
              </span>
            )}
          </td>
          <td className="sql-number">{line.rows?.toLocaleString('en')}</td>
          <td className="sql-number no-break">{line.millis !== null && millisWords(line.millis)}</td>
        </tr>
      ))}
    </Table>
  )
}

function Read({ ports }: { ports: readonly string[] }) {
  return (
    <ul className="plain-list">
      {ports.map((port, at) => (
        <li key={`${at} ${port}`}>
          <ProductLink reference={port.split('.').slice(0, 2).join('.')} text={port} />
        </li>
      ))}
    </ul>
  )
}
