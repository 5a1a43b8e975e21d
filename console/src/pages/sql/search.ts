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
}

export const VIEWS = ['results', 'plan', 'messages'] as const
export type View = (typeof VIEWS)[number]

export function parseSql(raw: Record<string, unknown>): SqlSearch {
  const search: SqlSearch = textsIn(raw, ['product', 'port', 'purpose', 'find'])
  // An empty purpose is a choice: to state none.
  if (raw['purpose'] === '') search.purpose = ''
  const view = VIEWS.find((known) => known === raw['view'])
  if (view !== undefined && view !== 'results') search.view = view
  return search
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
