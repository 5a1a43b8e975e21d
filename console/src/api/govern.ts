import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type DomainItem = Schemas['DomainItem']
export type DomainPage = Schemas['DomainPage']
export type PublicationItem = Schemas['PublicationItem']
export type PersonItem = Schemas['PersonItem']
export type TokenItem = Schemas['TokenItem']
export type NewToken = Schemas['NewToken']
export type Made = Schemas['Made']

// --- What the description calls an object only. ---

export type ColumnProfile = {
  name: string
  header: string
  type: string
  stored: string
  nullable: boolean
  unique: boolean
  class?: string | null
}
export type TableProfile = { domain: string; zone: string; table: string; rows: number; columns: ColumnProfile[] }
export type TableRejects = {
  domain: string
  table: string
  taken: number
  rejected: number
  reasons: { reason: string; rows: number; file: string; line: number }[]
  items: { file: string; line: number; reason: string }[]
}

/** Rejected rows that are listed; their count is whole. */
const REJECTS_SHOWN = 500

type PageAsk = { limit: number; cursor?: string | undefined }
const pageOf = ({ limit, cursor }: PageAsk) => ({ limit, ...(cursor === undefined ? {} : { cursor }) })

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

export const tableProfile = (domain: string, zone: string, table: string) =>
  queryOptions({
    queryKey: ['domain', domain, 'table', zone, table],
    queryFn: async ({ signal }) =>
      (await answerOf(
        api.GET('/api/v1/domains/{domain}/tables/{zone}/{table}', { params: { path: { domain, zone, table } }, signal }),
      )) as unknown as TableProfile,
  })

export const tableRejects = (domain: string, table: string) =>
  queryOptions({
    queryKey: ['domain', domain, 'rejects', table],
    queryFn: async ({ signal }) =>
      (await answerOf(
        api.GET('/api/v1/domains/{domain}/tables/bronze/{table}/rejects', {
          params: { path: { domain, table }, query: { limit: REJECTS_SHOWN } },
          signal,
        }),
      )) as unknown as TableRejects,
  })

export const versions = (path: { domain: string; product: string }) =>
  queryOptions({
    queryKey: ['product', path, 'versions'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/products/{domain}/{product}/versions', { params: { path }, signal })),
  })

export const people = (ask: PageAsk) =>
  queryOptions({
    queryKey: ['people', ask],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/people', { params: { query: pageOf(ask) }, signal })),
    placeholderData: keepPreviousData,
  })

export const groups = (ask: PageAsk) =>
  queryOptions({
    queryKey: ['groups', ask],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/groups', { params: { query: pageOf(ask) }, signal })),
    placeholderData: keepPreviousData,
  })

export const tokens = (ask: PageAsk) =>
  queryOptions({
    queryKey: ['tokens', ask],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/tokens', { params: { query: pageOf(ask) }, signal })),
    placeholderData: keepPreviousData,
  })

export const readiness = () =>
  queryOptions({ queryKey: ['readyz'], queryFn: ({ signal }) => answerOf(api.GET('/readyz', { signal })) })

/** People of one answer while somebody is looked for, and how many answers are read for that. */
const PEOPLE_AT_ONCE = 500
const MOST_ANSWERS = 40

/** One person of the list: the API has no address for a single one. `null` if nobody is called so. */
export const person = (principal: string) =>
  queryOptions({
    queryKey: ['person', principal],
    queryFn: async ({ signal }) => {
      let cursor: string | undefined
      for (let answers = 0; answers < MOST_ANSWERS; answers += 1) {
        const query = pageOf({ limit: PEOPLE_AT_ONCE, cursor })
        const { items, next } = await answerOf(api.GET('/api/v1/people', { params: { query }, signal }))
        const found = items.find((item) => item.principal === principal)
        if (found !== undefined) return found
        if (!next) return null
        cursor = next
      }
      return null
    },
  })
