import { useVirtualizer } from '@tanstack/react-virtual'
import { useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Result } from '../tab'
import { CellDetail } from './CellDetail'
import { GridHead } from './GridHead'
import { GridRow } from './GridRow'
import { HEAD, LINE, allowedWidth, moved, widthsOf, type At } from './grid'
import { nextOrder, ordered, type Order } from './order'
import { cellText } from './rows'
import type { Mark } from './treatments'

type Props = {
  result: Result
  marks: readonly (Mark[] | null)[]
  /** Positions of the columns that are shown: one at least, in their order. */
  shown: readonly number[]
}

/**
 * The rows as a grid of which only the visible part is in the page. One cell is the current one; the grid has the focus and points
 * to it, so that it may scroll out of view and back.
 */
export function ResultGrid({ result: { columns, rows }, marks, shown }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const id = useId()
  const [order, setOrder] = useState<Order | null>(null)
  const [chosen, setAt] = useState<At>({ row: 1, column: 0 })
  // A column that is hidden cannot be the current one.
  const place = Math.max(0, shown.indexOf(chosen.column))
  const at = { row: chosen.row, column: shown[place] ?? 0 }
  const [set, setWidths] = useState<Readonly<Record<number, number>>>({})
  const fitting = useMemo(() => widthsOf(columns, rows, marks.map((mark) => mark !== null)), [columns, rows, marks])
  const positions = useMemo(() => ordered(rows, columns, order), [rows, columns, order])
  const widthOf = (column: number) => set[column] ?? fitting[column] ?? 0

  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 12,
    scrollPaddingStart: HEAD,
    scrollMargin: HEAD,
  })
  const strips = useVirtualizer({
    horizontal: true,
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => widthOf(shown[index] ?? 0),
    overscan: 2,
  })
  // A width that changed, by a hand or by a mark that came, moves all columns after it; so does a column that is hidden.
  const widthsKey = shown.map(widthOf).join()
  useLayoutEffect(() => strips.measure(), [strips, widthsKey])
  const shownLines = lines.getVirtualItems()
  const shownStrips = strips.getVirtualItems().map((strip) => ({ ...strip, index: shown[strip.index] ?? 0 }))
  const cellId = ({ row, column }: At) => `${id}-${row}-${column}`
  const isShown =
    (at.row === 0 || shownLines.some(({ index }) => index === at.row - 1)) && shownStrips.some(({ index }) => index === at.column)

  const go = (next: At) => {
    setAt(next)
    if (next.row > 0) lines.scrollToIndex(next.row - 1)
    strips.scrollToIndex(shown.indexOf(next.column))
  }
  const sort = (column: number) => setOrder((now) => nextOrder(now, column))
  const resize = (column: number, width: number | null) =>
    setWidths(({ [column]: _, ...others }) => (width === null ? others : { ...others, [column]: allowedWidth(width) }))
  const current = at.row === 0 ? undefined : rows[positions[at.row - 1] ?? -1]?.[at.column]

  const onKeyDown = (event: KeyboardEvent) => {
    const ctrl = event.ctrlKey || event.metaKey
    const inHead = at.row === 0
    if (inHead && event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      resize(at.column, widthOf(at.column) + (event.key === 'ArrowLeft' ? -24 : 24))
    } else if (inHead && (event.key === 'Enter' || event.key === ' ')) sort(at.column)
    else if (ctrl && event.key === 'c') {
      // A selection made by mouse is what the person wants; without one it is the cell.
      if (!inHead && window.getSelection()?.isCollapsed !== false) void navigator.clipboard?.writeText(cellText(current)).catch(() => undefined)
      return
    } else {
      const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? HEAD) - HEAD) / LINE) - 1)
      const next = moved({ row: at.row, column: place }, event.key, ctrl, { rows: rows.length, columns: shown.length, page })
      if (next === null) return
      go({ row: next.row, column: shown[next.column] ?? 0 })
    }
    event.preventDefault()
  }

  return (
    <>
      <div
        ref={scroller}
        className="sql-grid"
        role="grid"
        aria-label="Rows"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-readonly="true"
        aria-activedescendant={isShown ? cellId(at) : undefined}
        tabIndex={0}
        style={{ height: heightOf(rows.length) }}
        onKeyDown={onKeyDown}
      >
        <GridHead
          columns={columns}
          marks={marks}
          strips={shownStrips}
          width={strips.getTotalSize()}
          order={order}
          current={at}
          cellId={cellId}
          choose={(column) => {
            setAt({ row: 0, column })
            sort(column)
          }}
          resize={resize}
        />
        <div role="rowgroup" className="sql-grid-body" style={{ height: lines.getTotalSize(), width: strips.getTotalSize() }}>
          {shownLines.map((line) => (
            <GridRow
              key={line.key}
              row={rows[positions[line.index] ?? -1] ?? []}
              number={line.index + 1}
              top={line.start - HEAD}
              columns={columns}
              marks={marks}
              strips={shownStrips}
              current={at.row === line.index + 1 ? at.column : null}
              cellId={cellId}
              choose={setAt}
            />
          ))}
        </div>
      </div>
      {at.row > 0 && <CellDetail column={columns[at.column]?.name ?? ''} row={at.row} cell={current} />}
    </>
  )
}

/** As high as few rows need, with room for a scroll bar; many scroll. */
function heightOf(rows: number): string {
  return `min(32rem, ${HEAD + rows * LINE + 18}px)`
}
