import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { productSample, type ProductName } from '../../../api/queries'
import type { ProductPage } from '../../../api/types'
import { Empty } from '../../../components/Empty'
import { Loaded } from '../../../components/Loaded'
import { Said } from '../../../components/Said'
import { Table } from '../../../components/Table'
import { parseCsv } from '../../../lib/csv'
import { PurposeChoice } from '../PurposeChoice'
import type { ProductSearch } from '../search'
import type { TabProps } from './props'

const SHOWN_ROWS = 20

export function SampleTab({ page, name, search }: TabProps) {
  const own = search.rows === 'own'
  const port = page.port_details.find(({ name: known }) => known === search.port) ?? page.port_details[0]
  if (port === undefined) return <Empty title="This product has no port that you may see." />
  const purpose = search.purpose ?? page.purpose_shown ?? page.purposes[0]
  return (
    <>
      <div className="row row-apart">
        <nav aria-label="Which sample" className="row">
          <SampleLink name={name} search={{ ...search, rows: undefined }} current={!own} text="Made-up rows" />
          {page.access === 'yes' && (
            <SampleLink name={name} search={{ ...search, rows: 'own' }} current={own} text="Rows as you see them" />
          )}
          {page.port_details.length > 1 &&
            page.port_details.map((other) => (
              <SampleLink
                key={other.name}
                name={name}
                search={{ ...search, port: other.name }}
                current={other === port}
                text={`Port ${other.name}`}
              />
            ))}
        </nav>
        {own && <PurposeChoice purposes={page.purposes} shown={purpose} />}
      </div>
      {!own && <p className="notice">These rows are made up from the contract. No value belongs to anybody.</p>}
      <Rows page={page} name={name} port={port.name} own={own} purpose={purpose} />
    </>
  )
}

type LinkProps = { name: ProductName; search: ProductSearch; current: boolean; text: string }

function SampleLink({ name, search, current, text }: LinkProps) {
  return (
    <Link
      to="/p/$domain/$product/$tab"
      params={{ ...name, tab: 'sample' }}
      search={search}
      className="choice"
      aria-current={current ? 'true' : undefined}
      activeOptions={{ exact: true, explicitUndefined: true }}
    >
      {text}
    </Link>
  )
}

type RowsProps = { page: ProductPage; name: ProductName; port: string; own: boolean; purpose: string | undefined }

function Rows({ page, name, port, own, purpose }: RowsProps) {
  const query = useQuery(productSample(name, { port, own, purpose }))
  return (
    <Loaded query={query} lines={8}>
      {({ csv, policies }) => {
        const { header, rows } = parseCsv(csv)
        return (
          <>
            {own && policies !== null && (
              <p className="notice">
                You see these rows because of: <Said text={policies} />
              </p>
            )}
            {rows.length === 0 ? (
              <Empty title="No rows.">
                <p>What you may see of {page.title ?? page.reference} has no rows now.</p>
              </Empty>
            ) : (
              <Table label={own ? 'Rows as you see them' : 'Made-up rows'} head={header}>
                {rows.slice(0, SHOWN_ROWS).map((row, at) => (
                  <tr key={at}>
                    {row.map((value, column) => (
                      <td key={header[column]} className="no-break">
                        {value === '' ? <span className="quiet">empty</span> : value}
                      </td>
                    ))}
                  </tr>
                ))}
              </Table>
            )}
          </>
        )
      }}
    </Loaded>
  )
}
