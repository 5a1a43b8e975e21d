import type { Box, Graph, Link } from './graph'
import type { Placed, Point, ToPlace } from './layout'
import { rowOffset, sizeOf, type Size } from './size'

export type DrawnBox = { box: Box } & Point & Size
export type DrawnLink = { link: Link; path: string }
export type Drawing = { boxes: Map<string, DrawnBox>; links: DrawnLink[]; width: number; height: number }

/** Room between the head of an arrow and the box it points to. */
const ARROW = 7

function tieOf({ from, to }: Link): string {
  return JSON.stringify([from, to])
}

/** What the layout must know: links between the same two boxes are one tie. */
export function toPlace({ boxes, links }: Graph): ToPlace {
  const numbers = new Map(boxes.map(({ id }, at) => [id, at]))
  const ties = new Map<string, readonly [number, number]>()
  for (const link of links) ties.set(tieOf(link), [numbers.get(link.from) ?? 0, numbers.get(link.to) ?? 0])
  return { boxes: boxes.map(sizeOf), ties: [...ties.values()] }
}

export function drawingOf(graph: Graph, placed: Placed): Drawing {
  const boxes = new Map<string, DrawnBox>()
  graph.boxes.forEach((box, at) => {
    const corner = placed.boxes[at]
    if (corner !== undefined) boxes.set(box.id, { box, ...corner, ...sizeOf(box) })
  })
  const ties = [...new Set(graph.links.map(tieOf))]
  const bends = new Map(ties.map((tie, at) => [tie, placed.bends[at] ?? []]))
  const links = graph.links.flatMap((link) => {
    const [from, to] = [boxes.get(link.from), boxes.get(link.to)]
    if (from === undefined || to === undefined) return []
    return [{ link, path: pathOf(from, to, link, bends.get(tieOf(link)) ?? []) }]
  })
  return { boxes, links, width: placed.width, height: placed.height }
}

function pathOf(from: DrawnBox, to: DrawnBox, link: Link, bends: readonly Point[]): string {
  const start = { x: from.x + from.width, y: from.y + rowOffset(from.box, link.fromColumn) }
  const end = { x: to.x - ARROW, y: to.y + rowOffset(to.box, link.toColumn) }
  // With one bend only the boxes are neighbours, and a plain curve is calmer.
  const between = bends.length > 1 ? bends : []
  return curve([start, ...between, end])
}

/** A smooth line from left to right: each piece leaves and arrives level. */
function curve([first, ...rest]: readonly Point[]): string {
  if (first === undefined) return ''
  let [x, y] = [first.x, first.y]
  let path = `M${round(x)} ${round(y)}`
  for (const next of rest) {
    const middle = (x + next.x) / 2
    path += ` C${round(middle)} ${round(y)} ${round(middle)} ${round(next.y)} ${round(next.x)} ${round(next.y)}`
    ;[x, y] = [next.x, next.y]
  }
  return path
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
