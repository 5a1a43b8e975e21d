import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { singleKeysOn } from '../../shell/keys'
import { BoxShape } from './BoxShape'
import type { Side } from './dependence'
import type { Drawing } from './drawing'
import { takeKeyFocus, wantKeyFocus } from './keyFocus'
import { LinkLines } from './LinkLines'
import { Minimap } from './Minimap'
import { MoreMarks } from './MoreMarks'
import { Toolbar } from './Toolbar'
import { useGrip } from './useGrip'
import { useWindowView } from './useWindowView'
import { neighbour, type Direction } from './walk'
import { WIDTH } from './size'
import { boxLabels } from './words'

type CanvasProps = {
  drawing: Drawing
  title: string
  askedId: string
  askedColumn: string | null
  chosen: string | undefined
  more: Record<Side, ReadonlyMap<string, number>>
  choose: (id: string | undefined) => void
  expand: (side: Side | 'focus') => void
  focusOn: (id: string) => void
}

const ARROWS: readonly string[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']

/** The window on the graph: moved by dragging and buttons, walked through by arrow keys. */
export function Canvas({ drawing, title, askedId, askedColumn, chosen, more, choose, expand, focusOn }: CanvasProps) {
  const frame = useRef<HTMLDivElement>(null)
  const drawn = useRef<SVGSVGElement>(null)
  const [active, setActive] = useState<string | null>(null)
  const here = [active, chosen, askedId].find((id) => id != null && drawing.boxes.has(id)) ?? askedId
  const { view, move, reveal, mapped, lookAt, ...zooms } = useWindowView(frame, drawing, askedId, here)

  const shown = view !== null
  useEffect(() => {
    if (shown && takeKeyFocus()) drawn.current?.querySelector<SVGElement>('[data-box][tabindex="0"]')?.focus({ preventScroll: true })
  }, [shown])

  const press = (event: KeyboardEvent<SVGSVGElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const id = boxAt(event.target)
    if (id === null) return
    const { key } = event
    if (ARROWS.includes(key)) {
      const next = neighbour(drawing, id, key as Direction)
      if (next !== null) {
        setActive(next)
        drawn.current?.querySelector<SVGElement>(`[data-box="${CSS.escape(next)}"]`)?.focus({ preventScroll: true })
      }
    } else if (key === 'Enter' || key === ' ') choose(id)
    else if (key === 'Escape' && chosen !== undefined) choose(undefined)
    else if (key === 'e' && singleKeysOn()) expand(drawing.boxes.get(id)?.box.side ?? 'focus')
    else if (key === 'f' && singleKeysOn()) {
      if (drawing.boxes.get(id)?.box.reference != null) wantKeyFocus()
      focusOn(id)
    }
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const grip = useGrip(move, (target) => {
    const side = target instanceof Element ? target.closest('[data-more]')?.getAttribute('data-more') : null
    const id = boxAt(target)
    if (side === 'up' || side === 'down') expand(side)
    else if (id !== null) {
      setActive(id)
      choose(id)
    }
  })

  // Not at each move of the window.
  const labels = useMemo(() => boxLabels(drawing, more), [drawing, more])
  return (
    <div>
      <Toolbar {...zooms} drawing={drawing} drawn={drawn} title={title} />
      <div className="lineage-window">
        <div ref={frame} className="lineage-frame-outer" {...grip}>
          <svg
            ref={drawn}
            className="lineage-svg"
            role="application"
            aria-label={`Graph: ${title}`}
            aria-describedby="lineage-keys"
            onKeyDown={press}
            onFocus={({ target }) => {
              // Wherever the keyboard goes, the window follows.
              const id = target.matches(':focus-visible') ? boxAt(target) : null
              if (id !== null) reveal(id)
            }}
          >
            <defs>
              <Arrow id="lineage-arrow" near={false} />
              <Arrow id="lineage-arrow-near" near />
              <clipPath id="lineage-clip">
                <rect width={WIDTH - 8} height={2000} />
              </clipPath>
            </defs>
            {view !== null && (
              <g data-drawing="" transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
                <LinkLines links={drawing.links} chosen={chosen} />
                <MoreMarks drawing={drawing} side="up" more={more.up} />
                <MoreMarks drawing={drawing} side="down" more={more.down} />
                {[...drawing.boxes.values()].map((one) => (
                  <BoxShape
                    key={one.box.id}
                    drawn={one}
                    label={labels.get(one.box.id) ?? ''}
                    chosen={one.box.id === chosen}
                    reachable={one.box.id === here}
                    asked={askedColumn}
                  />
                ))}
              </g>
            )}
          </svg>
        </div>
        {view !== null && mapped !== null && <Minimap drawing={drawing} view={view} frame={mapped} lookAt={lookAt} />}
      </div>
      <p id="lineage-keys" className="quiet small lineage-keys">
        Arrow keys walk along the links, <kbd>Enter</kbd> chooses, <kbd>e</kbd> expands, <kbd>f</kbd> looks at the box. Drag to move,{' '}
        <kbd>Ctrl</kbd> and the wheel to zoom.
      </p>
    </div>
  )
}

function boxAt(target: EventTarget): string | null {
  return target instanceof Element ? (target.closest('[data-box]')?.getAttribute('data-box') ?? null) : null
}

function Arrow({ id, near }: { id: string; near: boolean }) {
  return (
    <marker id={id} viewBox="0 0 10 10" refX="2" refY="5" markerWidth="8" markerHeight="8" orient="auto" markerUnits="userSpaceOnUse">
      <path d="M0 0 L10 5 L0 10 z" className="lineage-arrow" data-near={near} />
    </marker>
  )
}
