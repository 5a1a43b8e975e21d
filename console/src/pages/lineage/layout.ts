import { graphlib, layout as place } from '@dagrejs/dagre'

export type Point = { x: number; y: number }

/** Boxes by their number, and between which there are links. Numbers, as a worker's messages are copied. */
export type ToPlace = { boxes: readonly { width: number; height: number }[]; ties: readonly (readonly [number, number])[] }

/** The top left corner of each box, the bends of each tie, and how large all of it is. */
export type Placed = { boxes: Point[]; bends: Point[][]; width: number; height: number }

const GAPS = { rankdir: 'LR', nodesep: 22, edgesep: 12, ranksep: 96, marginx: 40, marginy: 24 }

/** Places what is depended on left of what depends on it. */
export function placeBoxes({ boxes, ties }: ToPlace): Placed {
  const graph = new graphlib.Graph()
  graph.setGraph({ ...GAPS })
  graph.setDefaultEdgeLabel(() => ({}))
  boxes.forEach((size, at) => graph.setNode(String(at), { ...size }))
  for (const [from, to] of ties) graph.setEdge(String(from), String(to))
  place(graph)
  const placed = boxes.map(({ width, height }, at) => {
    const { x, y } = graph.node(String(at)) as Point
    return { x: x - width / 2, y: y - height / 2 }
  })
  const bends = ties.map(([from, to]) => {
    const { points } = graph.edge(String(from), String(to)) as { points: Point[] }
    // The first and the last lie on the boxes; where a line begins and ends is decided by its column's row.
    return points.slice(1, -1).map(({ x, y }) => ({ x, y }))
  })
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number }
  return { boxes: placed, bends, width, height }
}
