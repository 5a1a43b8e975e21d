import { textsIn } from '../../lib/search'

/** The marketplace's state as its address has it. What is not understood is left out, so that any address opens. */
export type MarketplaceSearch = {
  q?: string | undefined
  domain?: string | undefined
  class?: string | undefined
  access?: string | undefined
  state?: string | undefined
  tier?: string | undefined
  cursor?: string | undefined
  /** Cards unless `table`. */
  view?: 'table' | undefined
  /** The server's order, the best match first, unless one of these. */
  sort?: Sort | undefined
}

export const SORTS = ['name', 'newest', 'freshness', 'access', 'readers'] as const
export type Sort = (typeof SORTS)[number]

export const FACETS = ['access', 'domain', 'class', 'state', 'tier'] as const
export type Facet = (typeof FACETS)[number]

const NAMES = ['q', ...FACETS, 'cursor'] as const

export function parseMarketplace(raw: Record<string, unknown>): MarketplaceSearch {
  const search: MarketplaceSearch = textsIn(raw, NAMES)
  if (raw['view'] === 'table') search.view = 'table'
  const sort = SORTS.find((name) => name === raw['sort'])
  if (sort !== undefined) search.sort = sort
  return search
}

/** The words and the narrowing in the server's own query language. */
export function queryOf(search: MarketplaceSearch): string {
  const words = [search.q?.trim() ?? '']
  for (const facet of FACETS) {
    const value = search[facet]
    // The domain has a parameter of its own.
    if (facet !== 'domain' && value !== undefined) words.push(`${facet}:${value}`)
  }
  return words.filter((word) => word !== '').join(' ')
}

/** The state with one facet chosen, or given up if it was chosen; always from the first page. */
export function toggled(search: MarketplaceSearch, facet: Facet, value: string): MarketplaceSearch {
  return { ...search, [facet]: search[facet] === value ? undefined : value, cursor: undefined }
}
