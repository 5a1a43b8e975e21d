import type { Side } from './dependence'
import type { Drawing } from './drawing'

const WIDE = 44
const HIGH = 22
const APART = 8

/** How many boxes one step more would bring, beside the box they are tied to. For the mouse; the box says it too. */
export function MoreMarks({ drawing, side, more }: { drawing: Drawing; side: Side; more: ReadonlyMap<string, number> }) {
  return (
    <g aria-hidden="true">
      {[...more].map(([id, count]) => {
        const drawn = drawing.boxes.get(id)
        if (drawn === undefined) return null
        const x = side === 'up' ? drawn.x - WIDE - APART : drawn.x + drawn.width + APART
        return (
          <g key={id} data-more={side} className="lineage-more" transform={`translate(${x} ${drawn.y + drawn.height - HIGH})`}>
            <title>{`${count} more ${side === 'up' ? 'upstream' : 'downstream'}: expand`}</title>
            <rect width={WIDE} height={HIGH} rx={HIGH / 2} />
            <text x={WIDE / 2} y={15} textAnchor="middle">{`+${count}`}</text>
          </g>
        )
      })}
    </g>
  )
}
