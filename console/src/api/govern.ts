import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
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
export type Verdict = Schemas['Verdict']
export type Explanation = Schemas['ExplanationItem']
export type GrantItem = Schemas['GrantItem']
export type WhatCan = Schemas['WhatCan']
export type UnderItem = Schemas['UnderItem']
export type RowsItem = Schemas['RowsItem']

/** Readers who get the same. The description has another schema under this name, so its groups are written out here. */
export type WhoCanRead = Omit<Schemas['WhoCanRead'], 'groups'> & {
  groups: { under: UnderItem[]; readers: { principal: string; through: Schemas['ThroughItem'][] }[] }[]
}

// --- What the description calls an object only. ---

export type JournalRecord = {
  seq: number
  at: string
  actor: string
  command_id: string
  kind: string
  version: number
  body: unknown
  hash: string
}
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
          // The description has the limit in the path, where it has no place; the server then lists 50 rows.
          params: { path: { domain, table, limit: null } },
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

/** Records that one request reads; its largest is this. */
const RECORDS_AT_ONCE = 1000

type Range = { from: number; limit: number }

async function readRecords(range: Partial<Range>, signal: AbortSignal): Promise<JournalRecord[]> {
  const query = { limit: range.limit ?? RECORDS_AT_ONCE, ...(range.from === undefined ? {} : { from: range.from }) }
  const { items } = await answerOf(api.GET('/api/v1/journal', { params: { query }, signal }))
  return items as unknown as JournalRecord[]
}

/** The journal from its newest records back to the first, a stretch at a time. */
export const journal = () =>
  infiniteQueryOptions({
    queryKey: ['journal'],
    queryFn: ({ pageParam, signal }) => readRecords(pageParam ?? {}, signal),
    initialPageParam: null as Range | null,
    getNextPageParam: (page: JournalRecord[]) => rangeBefore(page[0]?.seq ?? 1),
    staleTime: Infinity,
  })

/** The stretch that ends right before a record; none before the first. */
export function rangeBefore(seq: number): Range | null {
  if (seq <= 1) return null
  const from = Math.max(1, seq - RECORDS_AT_ONCE)
  return { from, limit: seq - from }
}

export const oneRecord = (seq: number) =>
  queryOptions({
    queryKey: ['journal', 'record', seq],
    queryFn: async ({ signal }) => (await readRecords({ from: seq, limit: 1 }, signal))[0] ?? null,
    staleTime: Infinity,
  })

export const chain = () =>
  queryOptions({
    queryKey: ['chain'],
    queryFn: async ({ signal }) => {
      const verdict = await answerOf(api.GET('/api/v1/journal/verify', { signal }))
      return { ...verdict, checkedAt: new Date().toISOString() }
    },
    // It reads the whole journal: again only when somebody asks.
    staleTime: Infinity,
  })

export type AccessAsk = { principal?: string | undefined; product?: string | undefined; asOf?: string | undefined }
const asOfPart = (ask: AccessAsk) => (ask.asOf === undefined ? {} : { as_of: ask.asOf })

export const explanation = (ask: { principal: string; product: string; asOf?: string | undefined }) =>
  queryOptions({
    queryKey: ['explain', ask],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/access/explain', {
          params: { query: { product: ask.product, principal: ask.principal, ...asOfPart(ask) } },
          signal,
        }),
      ),
  })

export const whoCanRead = (ask: { product: string; asOf?: string | undefined }) =>
  queryOptions({
    queryKey: ['who-can-read', ask],
    queryFn: async ({ signal }) =>
      (await answerOf(
        api.GET('/api/v1/access/who-can-read', { params: { query: { product: ask.product, ...asOfPart(ask) } }, signal }),
      )) as unknown as WhoCanRead,
  })

export const whatCan = (ask: { principal: string; asOf?: string | undefined }) =>
  queryOptions({
    queryKey: ['what-can', ask],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/access/what-can', { params: { query: { principal: ask.principal, ...asOfPart(ask) } }, signal }),
      ),
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
