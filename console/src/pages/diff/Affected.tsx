import type { ChangeItem, Impact, ReaderUse } from '../../api/types'
import { Empty } from '../../components/Empty'
import { ProductLink } from '../../components/ProductLink'
import { Table } from '../../components/Table'
import { Time } from '../../components/Time'
import { nameOf } from '../../lib/words'
import { productsOf } from './affected'
import { brokenFor } from './verdict'

type Props = {
  impact: Impact
  changes: readonly ChangeItem[]
  reference: string
  /** Whether the later version is served already, so that what is gone is no longer followed. */
  served: boolean
}

/** What is made of the product, and who read it: from what ran, as far as the server tells this person. */
export function Affected(props: Props) {
  const { impact, changes, served } = props
  const products = productsOf(impact.affected)
  return (
    <>
      <h3>Products made of it</h3>
      {products.length === 0 ? (
        <p className="quiet">None that is visible to you.</p>
      ) : (
        <Table label="Products made of it" head={['Product', 'Columns that come from it', 'Distance']}>
          {products.map((product) => (
            <tr key={product.reference}>
              <th scope="row">
                <ProductLink reference={product.reference} />
              </th>
              <td>
                <code>{product.columns.join(', ') || 'its rows only'}</code>
              </td>
              <td>{product.far === 1 ? 'directly' : `over ${product.far - 1} other products`}</td>
            </tr>
          ))}
        </Table>
      )}
      <h3>People and services who read it</h3>
      <Readers readers={impact.readers} untold={impact.readers_untold} changes={changes} reference={props.reference} />
      {served && changes.some(({ verdict, column }) => verdict === 'breaking' && column != null) && (
        <p className="quiet">
          This follows the columns that are served now. Who read a column that is gone is told before the change is published: here,
          compared with what is applied, and by <code>tessera plan</code>.
        </p>
      )}
    </>
  )
}

type ReadersProps = {
  readers: readonly ReaderUse[]
  /** Products whose readers this person is not told of. */
  untold: readonly string[]
  changes: readonly ChangeItem[]
  reference: string
}

export function Readers({ readers, untold, changes, reference }: ReadersProps) {
  const rows = readers.map((reader) => ({ reader, broken: brokenFor(reader, changes, reference) }))
  const hit = rows.filter(({ broken }) => broken.length > 0)
  const sorted = [...hit, ...rows.filter(({ broken }) => broken.length === 0)]
  return (
    <>
      {sorted.length > 0 && (
        <>
          {hit.length > 0 && <p>{hit.length === 1 ? '1 of them reads' : `${hit.length} of them read`} what breaks.</p>}
          <Table label="Who read it" head={['Who', 'Port', 'Columns read', 'Columns that break', 'Statements', 'Last read']}>
            {sorted.map(({ reader, broken }) => (
              <ReaderRow key={`${reader.principal} ${reader.port}`} reader={reader} broken={broken} />
            ))}
          </Table>
        </>
      )}
      {sorted.length === 0 && untold.length === 0 && <Empty title="Nobody has read the columns that are served now." />}
      {untold.length > 0 && (
        <p className="quiet">
          Who reads {untold.join(', ')} is told to those who answer for it.
        </p>
      )}
    </>
  )
}

function ReaderRow({ reader, broken }: { reader: ReaderUse; broken: readonly string[] }) {
  return (
    <tr>
      <th scope="row">{nameOf(reader.principal)}</th>
      <td>
        <code>{reader.port}</code>
      </td>
      <td>
        <code>{reader.columns.join(', ') || 'rows only'}</code>
      </td>
      <td>{broken.length > 0 ? <Breaks columns={broken} /> : <span className="quiet">none</span>}</td>
      <td>{reader.statements.toLocaleString('en')}</td>
      <td className="no-break">
        <Time at={reader.last} />
      </td>
    </tr>
  )
}

function Breaks({ columns }: { columns: readonly string[] }) {
  return (
    <strong className="change-breaking">
      <span aria-hidden="true">!</span> <code>{columns.join(', ')}</code>
    </strong>
  )
}
