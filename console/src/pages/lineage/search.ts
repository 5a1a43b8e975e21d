import { textsIn } from '../../lib/search'

export const VIEWS = ['graph', 'table', 'impact'] as const
export type View = (typeof VIEWS)[number]

export const LEVELS = ['product', 'port', 'column'] as const
export type Level = (typeof LEVELS)[number]

export const SORTS = ['from', 'to', 'how', 'side'] as const
export type Sort = (typeof SORTS)[number]

/** What may be left out: domains' own tables, and columns that only decide which rows there are. */
export const HIDES = ['own', 'rows'] as const
export type Hide = (typeof HIDES)[number]

/** The explorer's state as its address has it. What is not understood is left out, so that any address opens. */
export type LineageSearch = {
  /** `domain.product`, `domain.product.port` or `domain.product.port.column`. */
  focus?: string | undefined
  view?: View | undefined
  level?: Level | undefined
  up?: number | undefined
  down?: number | undefined
  hide?: string | undefined
  asof?: string | undefined
  /** The chosen box. */
  sel?: string | undefined
  /** The words by which a product is looked for, without a focus. */
  q?: string | undefined
  /** The words by which lines of the table are kept. */
  find?: string | undefined
  sort?: Sort | undefined
  desc?: true | undefined
}

export const MOST_STEPS = 10
const TEXTS = ['focus', 'hide', 'asof', 'sel', 'q', 'find'] as const

export function parseLineage(raw: Record<string, unknown>): LineageSearch {
  const search: LineageSearch = textsIn(raw, TEXTS)
  const view = VIEWS.find((known) => known === raw['view'])
  if (view !== undefined) search.view = view
  const level = LEVELS.find((known) => known === raw['level'])
  if (level !== undefined) search.level = level
  const sort = SORTS.find((known) => known === raw['sort'])
  if (sort !== undefined) search.sort = sort
  for (const side of ['up', 'down'] as const) {
    const steps = raw[side]
    if (typeof steps === 'number' && Number.isInteger(steps) && steps >= 0 && steps <= MOST_STEPS) search[side] = steps
  }
  if (raw['desc'] === true) search.desc = true
  return search
}

export function hides(search: LineageSearch): ReadonlySet<Hide> {
  const words = (search.hide ?? '').split(',')
  return new Set(HIDES.filter((hide) => words.includes(hide)))
}

export function withHide(search: LineageSearch, hide: Hide, on: boolean): string | undefined {
  const next = HIDES.filter((known) => (known === hide ? on : hides(search).has(known)))
  return next.length === 0 ? undefined : next.join(',')
}

/** A column is looked at with columns, a port with ports: the coarsest level that shows what was asked about. */
export function levelOf(search: LineageSearch): Level {
  if (search.level !== undefined) return search.level
  const parts = search.focus?.split('.').length ?? 0
  return parts > 3 ? 'column' : parts === 3 ? 'port' : 'product'
}

/** The state about something else: what was chosen and found in the old one is gone, how it is looked at stays. */
export function refocused(search: LineageSearch, focus: string): LineageSearch {
  const { level: _, sel: __, q: ___, find: ____, up: _____, down: ______, ...kept } = search
  return { ...kept, focus }
}
