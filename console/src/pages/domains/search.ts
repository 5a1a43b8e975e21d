import { textsIn } from '../../lib/search'

export const DOMAIN_TABS = ['products', 'tables', 'people', 'consumers'] as const
export type DomainTab = (typeof DOMAIN_TABS)[number]

type DomainsSearch = { cursor?: string | undefined }

export function parseDomains(raw: Record<string, unknown>): DomainsSearch {
  return textsIn(raw, ['cursor'])
}

/** A cockpit's state as its address has it. */
export type DomainSearch = {
  /** Which page of products. */
  cursor?: string | undefined
  /** The open table, `bronze.claims`. */
  table?: string | undefined
  /** The product whose readers are shown. */
  product?: string | undefined
  /** The product that is being published. */
  publish?: string | undefined
  /** The product that is being rolled back. */
  rollback?: string | undefined
  /** Whether the form for a build is open. */
  build?: true | undefined
}

export function parseDomain(raw: Record<string, unknown>): DomainSearch {
  const search: DomainSearch = textsIn(raw, ['cursor', 'table', 'product', 'publish', 'rollback'])
  if (raw['build'] === true) search.build = true
  return search
}

/** `bronze.claims` in its two parts; nothing where it is no name of a table. */
export function tableParts(name: string): { zone: 'bronze' | 'silver'; table: string } | null {
  const parts = /^(bronze|silver)\.(.+)$/.exec(name)
  return parts ? { zone: parts[1] as 'bronze' | 'silver', table: parts[2] ?? '' } : null
}
