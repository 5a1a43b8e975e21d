import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type Verdict = Schemas['Verdict']
export type Explanation = Schemas['ExplanationItem']
export type GrantItem = Schemas['GrantItem']
export type WhatCan = Schemas['WhatCan']
export type UnderItem = Schemas['UnderItem']
export type RowsItem = Schemas['RowsItem']
export type WhoCanRead = Schemas['WhoCanRead']
/** What an event holds is its kind’s. */
export type JournalRecord = Omit<Schemas['RecordView'], 'body'> & { body: unknown }

/** Records that one request reads; its largest is this. */
const RECORDS_AT_ONCE = 1000

type Range = { from: number; limit: number }

async function readRecords(range: Partial<Range>, signal: AbortSignal): Promise<JournalRecord[]> {
  const query = { limit: range.limit ?? RECORDS_AT_ONCE, ...(range.from === undefined ? {} : { from: range.from }) }
  const { items } = await answerOf(api.GET('/api/v1/journal', { params: { query }, signal }))
  return items
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

const asOfPart = (ask: { asOf?: string | undefined }) => (ask.asOf === undefined ? {} : { as_of: ask.asOf })

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
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/access/who-can-read', { params: { query: { product: ask.product, ...asOfPart(ask) } }, signal }),
      ),
  })

export const whatCan = (ask: { principal: string; asOf?: string | undefined }) =>
  queryOptions({
    queryKey: ['what-can', ask],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/access/what-can', { params: { query: { principal: ask.principal, ...asOfPart(ask) } }, signal }),
      ),
  })
