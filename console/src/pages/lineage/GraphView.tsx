import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import { Empty } from '../../components/Empty'
import { Skeleton } from '../../components/Skeleton'
import { Canvas } from './Canvas'
import type { Side } from './dependence'
import type { Graph } from './graph'
import { Legend } from './Legend'
import { NodePanel } from './NodePanel'
import type { Focus } from './place'
import { hides, levelOf, MOST_STEPS, refocused } from './search'
import { moreBeyond, shownGraph, type Answers } from './shown'
import { TooMany } from './TooMany'
import { usePlaced } from './usePlaced'
import { useFurther } from './useSides'

/** More cannot be followed by eye, and would be drawn late. */
const MOST_BOXES = 100

type Props = { graph: Graph; answers: Answers; focus: Focus; text: string }

export function GraphView(props: Props) {
  const search = useSearch({ from: '/lineage' })
  const { boxes, links } = props.graph
  if (boxes.length > MOST_BOXES) return <TooMany boxes={boxes.length} search={search} />
  if (links.length === 0) {
    return (
      <Empty title="Nothing upstream or downstream that is visible to you.">
        <p>With more steps, or with nothing hidden, there may be something.</p>
      </Empty>
    )
  }
  return <Drawn {...props} />
}

function Drawn({ graph, answers, focus, text }: Props) {
  const search = useSearch({ from: '/lineage' })
  const navigate = useNavigate({ from: '/lineage' })
  const drawing = usePlaced(graph)
  const more = useMore(graph, answers, focus, text, drawing !== null)
  const asked = graph.boxes.find(({ side }) => side === 'focus')?.id ?? ''
  const chosen = graph.boxes.find(({ id }) => id === search.sel)

  const choose = (sel: string | undefined) => void navigate({ search: (before) => ({ ...before, sel }), replace: true, resetScroll: false })
  const expand = (side: Side | 'focus') => {
    const next = (steps: number | undefined) => Math.min(MOST_STEPS, (steps ?? 1) + 1)
    void navigate({
      search: (before) => ({
        ...before,
        ...(side === 'down' ? {} : { up: next(before.up) }),
        ...(side === 'up' ? {} : { down: next(before.down) }),
      }),
      resetScroll: false,
    })
  }
  const focusOn = (id: string) => {
    const reference = graph.boxes.find((box) => box.id === id)?.reference
    if (reference != null) void navigate({ search: (before) => refocused(before, reference) })
    // Of an own table or a nameless one nothing can be asked; its panel says so.
    else choose(id)
  }

  if (drawing === null) return <Skeleton lines={10} />
  return (
    <div className="lineage-view">
      <div>
        <Canvas
          drawing={drawing}
          title={`Lineage of ${text}`}
          askedId={asked}
          askedColumn={focus.column}
          chosen={chosen?.id}
          more={more}
          choose={choose}
          expand={expand}
          focusOn={focusOn}
        />
        <Legend />
      </div>
      <Panel label="Chosen box">
        {chosen === undefined ? (
          <p className="quiet">Choose a box to see what it is, and why the links to it are here.</p>
        ) : (
          <NodePanel box={chosen} graph={graph} choose={choose} expand={expand} />
        )}
      </Panel>
    </div>
  )
}

function Panel({ label, children }: { label: string; children: ReactNode }) {
  return (
    <aside aria-label={label} className="lineage-panel">
      {children}
    </aside>
  )
}

function useMore(graph: Graph, answers: Answers, focus: Focus, text: string, ready: boolean) {
  const search = useSearch({ from: '/lineage' })
  const up = useFurther(text, 'up', search.up ?? 1, search.asof, ready)
  const down = useFurther(text, 'down', search.down ?? 1, search.asof, ready)
  const level = levelOf(search)
  const { hide } = search
  return useMemo(() => {
    const beyond = (side: Side, edges: Answers[Side] | undefined) =>
      edges === undefined
        ? new Map<string, number>()
        : moreBeyond(graph, shownGraph({ ...answers, [side]: edges }, level, hides({ hide }), focus), side)
    return { up: beyond('up', up?.edges), down: beyond('down', down?.edges) }
  }, [graph, answers, focus, level, hide, up, down])
}
