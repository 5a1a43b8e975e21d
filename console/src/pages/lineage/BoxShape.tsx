import { memo } from 'react'
import type { DrawnBox } from './drawing'
import { HEAD, ROW, WIDTH } from './size'
import { printable, shortened } from './text'

const TITLE_ROOM = 26
const SMALL_ROOM = 30
const COLUMN_ROOM = 27

type Props = { drawn: DrawnBox; label: string; chosen: boolean; reachable: boolean; asked: string | null }

/** A box of the graph. It is a button: the graph around it hears what is pressed. */
export const BoxShape = memo(function BoxShape({ drawn: { box, x, y, width, height }, label, chosen, reachable, asked }: Props) {
  return (
    <g
      role="button"
      tabIndex={reachable ? 0 : -1}
      aria-label={label}
      aria-pressed={chosen}
      data-box={box.id}
      data-kind={box.kind}
      data-side={box.side}
      className="lineage-box"
      transform={`translate(${x} ${y})`}
    >
      <title>{label}</title>
      <rect className="lineage-frame" width={width} height={height} rx={8} />
      {box.side === 'focus' && <rect className="lineage-mark" width={5} height={height} rx={2} />}
      <g clipPath="url(#lineage-clip)">
        <text className="lineage-title" x={14} y={21}>
          {shortened(box.title, TITLE_ROOM)}
        </text>
        <text className="lineage-small" x={14} y={39}>
          {shortened(box.subtitle, SMALL_ROOM)}
        </text>
        {box.columns.map((column, row) => (
          <text
            key={column}
            className="lineage-column"
            data-asked={box.side === 'focus' && column === asked}
            x={14}
            y={HEAD + (row + 0.5) * ROW + 4}
          >
            {shortened(column, COLUMN_ROOM)}
          </text>
        ))}
        {box.folded.length > 0 && (
          <text className="lineage-small" x={14} y={HEAD + (box.columns.length + 0.5) * ROW + 4}>
            {`+${box.folded.length} more columns`}
            <title>{box.folded.map(printable).join(', ')}</title>
          </text>
        )}
      </g>
      {box.columns.length > 0 && <line className="lineage-rule" x1={0} x2={WIDTH} y1={HEAD - 1} y2={HEAD - 1} />}
    </g>
  )
})
