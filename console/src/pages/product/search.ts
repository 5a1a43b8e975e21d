import { textsIn } from '../../lib/search'

export const TABS = ['overview', 'schema', 'sample', 'quality', 'lineage', 'contract', 'access', 'usage', 'activity'] as const
export type Tab = (typeof TABS)[number]

/** How many days the usage tab looks back. */
export const WINDOWS = [7, 30, 90] as const
export const USUAL_WINDOW = 30

/** What the activity tab may be narrowed to, as the API has it. */
export const MATTERS = ['publication', 'access', 'declaration', 'classes'] as const
export type Matter = (typeof MATTERS)[number]

/** The product page's state as its address has it, the same on every tab so that a tab change keeps it. */
export type ProductSearch = {
  /** For which purpose treatments and rows are shown. */
  purpose?: string | undefined
  /** Whose sample: the synthetic one unless `own`. */
  rows?: 'own' | undefined
  port?: string | undefined
  /** Which columns of the schema are listed. */
  find?: string | undefined
  /** How many products the lineage follows. */
  depth?: number | undefined
  /** Which contract is shown: a version, a publication, `declared`; what is served if absent. */
  version?: string | undefined
  /** Whose rules the quality tab lists; those of what is served if absent. */
  publication?: string | undefined
  /** How many days of usage; the usual ones if absent. */
  days?: number | undefined
  /** Whether the usage is a table instead of a chart. */
  as?: 'table' | undefined
  /** What the activity is narrowed to. */
  about?: Matter | undefined
  /** Whether the request form is open. */
  request?: true | undefined
}

const MAX_DEPTH = 3

export function parseProduct(raw: Record<string, unknown>): ProductSearch {
  const search: ProductSearch = textsIn(raw, ['purpose', 'port', 'find', 'version', 'publication'])
  const { rows, depth, request, days, as } = raw
  if (rows === 'own') search.rows = rows
  if (typeof depth === 'number' && Number.isInteger(depth) && depth > 1 && depth <= MAX_DEPTH) search.depth = depth
  const about = MATTERS.find((known) => known === raw['about'])
  if (about !== undefined) search.about = about
  if (days !== USUAL_WINDOW && WINDOWS.some((known) => known === days)) search.days = Number(days)
  if (as === 'table') search.as = as
  if (request === true) search.request = true
  return search
}
