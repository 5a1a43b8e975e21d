import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import { LONGEST_PAGE, pageOf, type PageAsk } from './pages'
import type { components } from './schema'

type Schemas = components['schemas']
export type DomainItem = Schemas['DomainItem']
export type DomainPage = Schemas['DomainPage']

export type TableProfile = Schemas['TableProfile']
export type TableRejects = Schemas['TableRejects']

/** Rejected rows that are listed; their count is whole. */
const REJECTS_SHOWN = 500

export const domains = (ask: PageAsk) =>
  queryOptions({
    queryKey: ['domains', ask],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/domains', { params: { query: pageOf(ask) }, signal })),
    placeholderData: keepPreviousData,
  })

export const domainPage = (domain: string) =>
  queryOptions({
    queryKey: ['domain', domain],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/domains/{domain}', { params: { path: { domain } }, signal })),
  })

/** The domains to choose from: a mesh has some dozens. */
export const allDomains = () => domains({ limit: LONGEST_PAGE })

/** `silver.claims`, `bronze.claims`: what a domain's products may be made of. */
export const domainTables = (domain: string) =>
  queryOptions({ ...domainPage(domain), select: ({ silver, bronze }: DomainPage) => [...(silver ?? []), ...(bronze ?? [])] })

/** What a table holds, column by column; never a value. */
export const tableProfile = (domain: string, zone: string, table: string) =>
  queryOptions({
    queryKey: ['domain', domain, 'table', zone, table],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/domains/{domain}/tables/{zone}/{table}', { params: { path: { domain, zone, table } }, signal })),
  })

export const tableRejects = (domain: string, table: string) =>
  queryOptions({
    queryKey: ['domain', domain, 'rejects', table],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/domains/{domain}/tables/bronze/{table}/rejects', {
          params: { path: { domain, table }, query: { limit: REJECTS_SHOWN } },
          signal,
        }),
      ),
  })
