import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { whoCanRead } from '../../api/audit'
import { productAccess, products, requests } from '../../api/queries'
import type { EntitlementItem, RequestItem } from '../../api/types'
import { Chip } from '../../components/Chip'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Table } from '../../components/Table'
import { Time } from '../../components/Time'
import { Until } from '../../components/Until'
import { nameParts } from '../../lib/reference'
import { answersFor } from '../../lib/roles'
import { nameOf, rowsWords, stateSign } from '../../lib/words'
import { Readers } from '../audit/Readers'
import type { DomainTabProps } from './DomainRoute'

const PRODUCTS = 100

export function ConsumersTab({ page, search, who }: DomainTabProps) {
  const found = useQuery(products({ q: '', domain: page.domain, limit: PRODUCTS }))
  const navigate = useNavigate({ from: '/d/$domain/$tab' })
  return (
    <Loaded query={found}>
      {({ items }) => {
        const shown = items.find(({ reference }) => nameParts(reference).product === search.product) ?? items[0]
        if (shown === undefined) return <Empty title={`No product of ${page.domain} is visible to you.`} />
        const { reference } = shown
        return (
          <>
            <p className="asked-line">
              <label className="inline-field">
                Product{' '}
                <select
                  value={nameParts(reference).product}
                  onChange={(event) => void navigate({ search: { product: event.target.value }, replace: true })}
                >
                  {items.map((item) => (
                    <option key={item.reference} value={nameParts(item.reference).product}>
                      {item.title ?? item.reference}
                    </option>
                  ))}
                </select>
              </label>
            </p>
            {answersFor(who, page.domain) ? (
              <WhoReads reference={reference} />
            ) : (
              <p className="notice">
                Owners and stewards of {page.domain} and auditors see everybody who reads {reference}. You see what is yours.
              </p>
            )}
            <Entitlements reference={reference} />
            <Requests reference={reference} />
          </>
        )
      }}
    </Loaded>
  )
}

function WhoReads({ reference }: { reference: string }) {
  const query = useQuery(whoCanRead({ product: reference }))
  return (
    <section>
      <h2>Who can read it now</h2>
      <Loaded query={query}>{(answer) => <Readers answer={answer} />}</Loaded>
    </section>
  )
}

function Entitlements({ reference }: { reference: string }) {
  const query = useQuery(productAccess(nameParts(reference)))
  return (
    <section>
      <h2>Entitlements</h2>
      <Loaded query={query}>
        {({ entitlements, default_scope: scope }) =>
          entitlements.length === 0 ? <Empty title="No entitlement that you are told of." /> : <Held items={entitlements} scope={scope} />
        }
      </Loaded>
    </section>
  )
}

function Held({ items, scope }: { items: readonly EntitlementItem[]; scope: string }) {
  return (
    <Table label="Entitlements" head={['Who', 'Purposes', 'Rows', 'Shown clear', 'Until', 'State']}>
      {items.map((item) => (
        <tr key={item.id}>
          <th scope="row">
            {nameOf(item.subject)}
            <span className="quiet small block">{item.id}</span>
          </th>
          <td>{item.purposes.join(', ')}</td>
          <td>{rowsWords(item.rows, scope)}</td>
          <td>{item.clear.join(', ') || <span className="quiet">nothing more</span>}</td>
          <td>
            <Until at={item.until} />
          </td>
          <td>
            <Chip sign={stateSign(item.state)} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

function Requests({ reference }: { reference: string }) {
  const query = useQuery(requests())
  return (
    <section>
      <h2>Requests</h2>
      <Loaded query={query}>
        {({ items }) => {
          const asked = items.filter((item) => item.product === reference)
          return asked.length === 0 ? <Empty title="No request that you are told of." /> : <Asked items={asked} />
        }}
      </Loaded>
    </section>
  )
}

function Asked({ items }: { items: readonly RequestItem[] }) {
  return (
    <Table label="Requests" head={['Who', 'Purpose', 'Reason', 'Asked', 'State']}>
      {items.map((item) => (
        <tr key={item.id}>
          <th scope="row">
            {nameOf(item.subject)}
            <span className="quiet small block">{item.id}</span>
          </th>
          <td>{item.purpose}</td>
          <td>{item.reason}</td>
          <td className="no-break">
            <Time at={item.at} />
          </td>
          <td>
            <Chip sign={stateSign(item.state)} />
          </td>
        </tr>
      ))}
    </Table>
  )
}
