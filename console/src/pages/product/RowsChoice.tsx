import type { ProductAccess } from '../../api/types'
import { rowsWords } from '../../lib/words'

type Props = { wiring: object; access: ProductAccess; value: string; set: (rows: string) => void; asAsked?: string }

/** Which rows: the usual ones, a scope of the product, or all. */
export function RowsChoice({ wiring, access, value, set, asAsked }: Props) {
  return (
    <select {...wiring} name="rows" value={value} onChange={(event) => set(event.target.value)}>
      {asAsked !== undefined && <option value="">As asked: {rowsWords(asAsked, access.default_scope)}</option>}
      {asAsked !== 'default' && <option value="default">{rowsWords('default', access.default_scope)}</option>}
      {access.scopes
        .filter((scope) => scope !== access.default_scope && scope !== asAsked)
        .map((scope) => (
          <option key={scope} value={scope}>
            {rowsWords(scope)}
          </option>
        ))}
      {access.default_scope !== 'all' && asAsked !== 'all' && <option value="all">all rows</option>}
    </select>
  )
}
