import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { productPage } from '../../api/queries'
import { Time } from '../../components/Time'
import { nameParts } from '../../lib/reference'
import { counted } from '../../lib/words'
import type { Felt } from './affected'
import { Name } from './Name'

export function FeltRow({ felt }: { felt: Felt }) {
  const { data: page } = useQuery(productPage(nameParts(felt.product)))
  return (
    <tr>
      <th scope="row" className="lineage-wide-cell">
        <Link to="/lineage" search={{ focus: felt.product }}>
          {page?.title ?? felt.product}
        </Link>
        <span className="quiet small block">
          <Name>{felt.product}</Name>
        </span>
      </th>
      <td>{page?.owner}</td>
      <td>{felt.far}</td>
      <td className="small lineage-wide-cell">
        {felt.columns.length > 0 && <Name>{felt.columns.join(', ')}</Name>}
        {felt.ports.length > 0 && (
          <span className="block quiet">
            which rows there are in <code>{felt.ports.join(', ')}</code>
          </span>
        )}
      </td>
      <td>
        <LastRead felt={felt} />
      </td>
    </tr>
  )
}

function LastRead({ felt: { last, readers, told } }: { felt: Felt }) {
  if (!told) return <span className="quiet">not told to you</span>
  if (last === null) return <span className="quiet">never</span>
  return (
    <>
      <Time at={last} />
      <span className="quiet small block">by {counted(readers, 'reader')}</span>
    </>
  )
}
