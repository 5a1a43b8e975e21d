import type { VirtualItem } from '@tanstack/react-virtual'
import { memo } from 'react'
import type { At } from './grid'
import { cellText, isNumeric, type Cell, type Column, type Row } from './rows'
import type { Mark } from './treatments'

type Props = {
  row: Row
  number: number
  top: number
  columns: readonly Column[]
  marks: readonly (Mark[] | null)[]
  strips: readonly VirtualItem[]
  /** The current column, if this is the current row. */
  current: number | null
  cellId: (at: At) => string
  choose: (at: At) => void
}

function sameCells(a: readonly VirtualItem[], b: readonly VirtualItem[]): boolean {
  return a.length === b.length && a.every((strip, at) => strip.index === b[at]?.index && strip.start === b[at]?.start && strip.size === b[at]?.size)
}

/** Scrolling asks for the same rows again and again: one is drawn anew only if something in it changed. */
export const GridRow = memo(
  function GridRow({ row, number, top, columns, marks, strips, current, cellId, choose }: Props) {
    return (
      <div role="row" aria-rowindex={number + 1} className="sql-grid-row" style={{ transform: `translateY(${top}px)` }}>
        {strips.map(({ index, start, size }) => (
          <div
            key={index}
            id={cellId({ row: number, column: index })}
            role="gridcell"
            aria-colindex={index + 1}
            className="sql-cell"
            data-number={isNumeric(columns[index]?.type ?? '')}
            data-treated={marks[index] != null}
            data-current={current === index}
            style={{ transform: `translateX(${start}px)`, width: size }}
            onClick={() => choose({ row: number, column: index })}
          >
            <Shown cell={row[index]} />
          </div>
        ))}
      </div>
    )
  },
  (before, after) =>
    before.row === after.row &&
    before.number === after.number &&
    before.top === after.top &&
    before.current === after.current &&
    before.marks === after.marks &&
    before.columns === after.columns &&
    sameCells(before.strips, after.strips),
)

/** Long values end in the cell; the whole of the current one stands below the grid. */
const SHOWN_CHARACTERS = 300

function Shown({ cell }: { cell: Cell | undefined }) {
  if (cell === null || cell === undefined) return <span className="sql-null">NULL</span>
  return <bdi>{cellText(cell).slice(0, SHOWN_CHARACTERS)}</bdi>
}
