import type { VirtualItem } from '@tanstack/react-virtual'
import type { PointerEvent } from 'react'
import type { At } from './grid'
import type { Order } from './order'
import { isNumeric, type Column } from './rows'
import type { Mark } from './treatments'

type Props = {
  columns: readonly Column[]
  marks: readonly (Mark[] | null)[]
  strips: readonly VirtualItem[]
  width: number
  order: Order | null
  current: At
  cellId: (at: At) => string
  choose: (column: number) => void
  /** Sets a width; null fits it to what the column holds. */
  resize: (column: number, width: number | null) => void
}

export function GridHead({ columns, marks, strips, width, order, current, cellId, choose, resize }: Props) {
  return (
    <div role="rowgroup" className="sql-grid-head" style={{ width }}>
      <div role="row" aria-rowindex={1}>
        {strips.map(({ index, start, size }) => {
          const column = columns[index]
          const mark = marks[index]
          const sorted = order?.column === index ? (order.descending ? 'descending' : 'ascending') : 'none'
          return (
            <div
              key={index}
              id={cellId({ row: 0, column: index })}
              role="columnheader"
              aria-colindex={index + 1}
              aria-sort={sorted}
              className="sql-cell sql-cell-head"
              data-number={isNumeric(column?.type ?? '')}
              data-treated={mark != null}
              data-current={current.row === 0 && current.column === index}
              style={{ transform: `translateX(${start}px)`, width: size }}
              onClick={() => choose(index)}
            >
              <span className="sql-head-name">
                <bdi>{column?.name}</bdi>
                {sorted !== 'none' && <span aria-hidden="true">{sorted === 'ascending' ? ' ▲' : ' ▼'}</span>}
              </span>
              <span className="sql-head-type">
                {column?.type}
                {mark != null && <MaskMark marks={mark} />}
              </span>
              <span
                className="sql-resize"
                aria-hidden="true"
                onClick={(event) => event.stopPropagation()}
                onDoubleClick={() => resize(index, null)}
                onPointerDown={(event) => drag(event, size, (to) => resize(index, to))}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}

function MaskMark({ marks }: { marks: readonly Mark[] }) {
  return (
    <span className="sql-mark">
      {' '}
      <span aria-hidden="true">◐ </span>masked
      <span className="visually-hidden">: {marks.map(({ source, words }) => `${source}, ${words}`).join('; ')}</span>
    </span>
  )
}

function drag(event: PointerEvent<HTMLElement>, size: number, resize: (width: number) => void): void {
  const { currentTarget: handle, clientX: from, pointerId } = event
  event.preventDefault()
  handle.setPointerCapture(pointerId)
  const move = (next: globalThis.PointerEvent) => resize(size + next.clientX - from)
  const end = () => {
    handle.removeEventListener('pointermove', move)
    handle.removeEventListener('pointerup', end)
    handle.removeEventListener('pointercancel', end)
  }
  handle.addEventListener('pointermove', move)
  handle.addEventListener('pointerup', end)
  handle.addEventListener('pointercancel', end)
}
