import { textsIn } from '../../lib/search'

/** The workbench's state as its address has it. The text of a statement is not part of it: it may hold values. */
export type SqlSearch = {
  /** `domain.product`: a query of it is opened. */
  product?: string | undefined
  port?: string | undefined
  purpose?: string | undefined
  view?: View | undefined
  /** What the catalogue is searched for. */
  find?: string | undefined
  /** Which columns of the rows are looked for. */
  columns?: string | undefined
  chart?: ChartKind | undefined
  /** The column that the chart goes along; empty for the number of the row. */
  x?: string | undefined
  /** The columns it draws. */
  y?: readonly string[] | undefined
}

export const VIEWS = ['results', 'chart', 'plan', 'messages'] as const
export type View = (typeof VIEWS)[number]

export const CHARTS = ['bar', 'line', 'points'] as const
export type ChartKind = (typeof CHARTS)[number]

/** Columns that are drawn at once at most: more cannot be told apart. */
export const MOST_SERIES = 4

export function parseSql(raw: Record<string, unknown>): SqlSearch {
  const search: SqlSearch = textsIn(raw, ['product', 'port', 'purpose', 'find', 'columns', 'x'])
  // An empty purpose is a choice: to state none. So is an empty x.
  if (raw['purpose'] === '') search.purpose = ''
  if (raw['x'] === '') search.x = ''
  const chart = CHARTS.find((known) => known === raw['chart'])
  if (chart !== undefined) search.chart = chart
  const drawn = namesIn(raw['y'])
  if (drawn.length > 0) search.y = drawn
  const view = VIEWS.find((known) => known === raw['view'])
  if (view !== undefined && view !== 'results') search.view = view
  return search
}

/** One name or several; a name of digits comes as a number. */
function namesIn(value: unknown): string[] {
  const names: unknown[] = Array.isArray(value) ? value : [value]
  const texts = names.filter((name) => typeof name === 'number' || (typeof name === 'string' && name !== '')).map(String)
  return [...new Set(texts)].slice(0, MOST_SERIES)
}

type HistorySearch = { limit?: number | undefined }

/** The server gives this many unless asked for more, and never more than the most. */
export const USUAL_LIMIT = 50
export const MOST = 500

export function parseHistory(raw: Record<string, unknown>): HistorySearch {
  const limit = raw['limit']
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit <= USUAL_LIMIT || limit > MOST) return {}
  return { limit }
}
