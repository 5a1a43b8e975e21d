import { textsIn } from '../../lib/search'

export const TABS = ['overview', 'schema', 'sample', 'quality', 'lineage', 'contract', 'access'] as const
export type Tab = (typeof TABS)[number]

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
  /** Whether the request form is open. */
  request?: true | undefined
}

const MAX_DEPTH = 3

export function parseProduct(raw: Record<string, unknown>): ProductSearch {
  const search: ProductSearch = textsIn(raw, ['purpose', 'port', 'find'])
  const { rows, depth, request } = raw
  if (rows === 'own') search.rows = rows
  if (typeof depth === 'number' && Number.isInteger(depth) && depth > 1 && depth <= MAX_DEPTH) search.depth = depth
  if (request === true) search.request = true
  return search
}
