import { useState } from 'react'
import type { HistoryItem } from '../../../api/product'
import { Table } from '../../../components/Table'
import { Time } from '../../../components/Time'
import { instantWords } from '../../../lib/time'
import { cellOf, stripWords } from './history'

/** A cell for each publication, the newest on the right; what a cell says is below, and in the table. */
export function Strip({ history }: { history: readonly HistoryItem[] }) {
  const [looked, setLooked] = useState<string>()
  const shown = history.find(({ publication }) => publication === looked) ?? history[0]
  if (shown === undefined) return null
  return (
    <section>
      <h2>Each publication</h2>
      <p className="quiet">{stripWords(history)} The newest is on the right.</p>
      <ol className="strip" aria-label="Publications, oldest first">
        {[...history].reverse().map((item) => {
          const cell = cellOf(item)
          const look = () => setLooked(item.publication)
          return (
            <li key={item.publication}>
              <button
                type="button"
                className={`strip-cell strip-${cell.look}`}
                aria-label={`${item.publication}, version ${item.version}, ${instantWords(item.at)}: ${cell.words}`}
                aria-pressed={item === shown}
                onClick={look}
                onFocus={look}
                onPointerEnter={look}
              >
                <span aria-hidden="true">{cell.symbol}</span>
              </button>
            </li>
          )
        })}
      </ol>
      <p className="strip-said">
        <code>{shown.publication}</code> · version {shown.version} · <Time at={shown.at} />: <strong>{cellOf(shown).words}</strong>
        {shown.current && ' · served now'}
      </p>
      <details className="fold">
        <summary>As a table</summary>
        <Table label="Each publication" head={['Publication', 'Version', 'Published', 'Passed', 'Failed', 'Not evaluated']}>
          {history.map((item) => (
            <Line key={item.publication} item={item} />
          ))}
        </Table>
      </details>
    </section>
  )
}

function Line({ item }: { item: HistoryItem }) {
  const { passed, failed, open } = cellOf(item)
  return (
    <tr>
      <th scope="row">
        <code>{item.publication}</code> {item.current && <span className="quiet small">served now</span>}
      </th>
      <td>{item.version}</td>
      <td className="no-break">{instantWords(item.at)}</td>
      <td>{passed}</td>
      <td>{failed}</td>
      <td>{open}</td>
    </tr>
  )
}
