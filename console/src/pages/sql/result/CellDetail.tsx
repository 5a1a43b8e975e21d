import { CopyButton } from '../../../components/CopyButton'
import { cellText, type Cell } from './rows'

/** The whole value of the current cell, which the grid may have cut off. */
export function CellDetail({ column, row, cell }: { column: string; row: number; cell: Cell | undefined }) {
  const empty = cell === null || cell === undefined
  return (
    <div className="sql-detail">
      <div className="row sql-detail-head">
        <p className="quiet small">
          Row {row.toLocaleString('en')}, <bdi>{column}</bdi>
        </p>
        {!empty && <CopyButton key={`${row} ${column}`} text={cellText(cell)} what="the value" />}
      </div>
      <pre tabIndex={0} role="region" aria-label="Value of the current cell">
        {empty ? <span className="sql-null">NULL</span> : <bdi>{cellText(cell)}</bdi>}
      </pre>
    </div>
  )
}
