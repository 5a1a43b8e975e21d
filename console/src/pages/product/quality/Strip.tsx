import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { HistoryItem } from '../../../api/product'
import { Table } from '../../../components/Table'
import { Time } from '../../../components/Time'
import { instantWords } from '../../../lib/time'
import type { TabProps } from '../tabs/props'
import { cellOf, stripWords } from './history'

/**
 * A cell for each publication, the newest on the right, with the way to its rules. What a cell says is below while it is looked
 * at, and in the table.
 */
export function Strip({ page: { history, publication: served }, name, search }: TabProps) {
  const [looked, setLooked] = useState<string>()
  const open = search.publication ?? served
  const shown = history.find(({ publication }) => publication === (looked ?? open)) ?? history[0]
  if (shown === undefined) return null
  return (
    <section>
      <h2>Each publication</h2>
      <p className="quiet">{stripWords(history)} The newest is on the right.</p>
      <ol className="strip" aria-label="Publications, oldest first">
        {[...history].reverse().map((item) => {
          const cell = cellOf(item)
          const look = () => setLooked(item.publication)
          const away = () => setLooked(undefined)
          return (
            <li key={item.publication}>
              <Link
                to="/p/$domain/$product/$tab"
                params={{ ...name, tab: 'quality' }}
                search={{ ...search, publication: item.publication === served ? undefined : item.publication }}
                className={`strip-cell strip-${cell.look}`}
                aria-label={`Rules of ${item.publication}, version ${item.version}, ${instantWords(item.at)}: ${cell.words}`}
                aria-current={item.publication === open ? 'true' : undefined}
                activeOptions={{ exact: true, explicitUndefined: true }}
                resetScroll={false}
                onFocus={look}
                onBlur={away}
                onPointerEnter={look}
                onPointerLeave={away}
              >
                <span aria-hidden="true">{cell.symbol}</span>
              </Link>
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
