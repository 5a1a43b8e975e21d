import { useState } from 'react'
import type { TokenItem } from '../../api/people'
import type { WhoAmI } from '../../api/types'
import { Chip } from '../../components/Chip'
import { Empty } from '../../components/Empty'
import { Table } from '../../components/Table'
import { Time } from '../../components/Time'
import { Until } from '../../components/Until'
import { nameOf, stateSign } from '../../lib/words'
import { RevokeDialog } from './RevokeDialog'

/** Tokens without their texts. */
export function TokenTable({ items, who }: { items: readonly TokenItem[]; who: WhoAmI }) {
  const [ending, setEnding] = useState<TokenItem | null>(null)
  if (items.length === 0) return <Empty title="There is no token here." />
  return (
    <>
      <Table label="Tokens" head={['Token', 'Belongs to', 'Allows', 'Purpose', 'Made', 'Until', 'State']} actions>
        {items.map((item) => (
          <tr key={item.id}>
            <th scope="row" className="no-break">
              {item.id}
              {item.label && <bdi className="small block token-label">{item.label}</bdi>}
              {item.id === who.token.id && <span className="quiet small block">in use here</span>}
            </th>
            <td>{nameOf(item.principal)}</td>
            <td>{item.scopes.join(', ') || 'everything they may'}</td>
            <td>{item.purpose ?? <span className="quiet">none</span>}</td>
            <td className="no-break">
              <Time at={item.since} />
            </td>
            <td className="no-break">
              <Until at={item.until} />
            </td>
            <td>
              <Chip sign={item.state === 'ended' ? { text: 'Ended', tone: 'plain' } : stateSign(item.state)} />
            </td>
            <td>
              {item.state === 'active' && (
                <button type="button" className="button" onClick={() => setEnding(item)} aria-label={`Revoke ${item.id}`}>
                  Revoke
                </button>
              )}
            </td>
          </tr>
        ))}
      </Table>
      {ending !== null && <RevokeDialog token={ending} own={ending.id === who.token.id} close={() => setEnding(null)} />}
    </>
  )
}
