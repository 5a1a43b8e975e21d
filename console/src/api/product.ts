import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import { pageOf } from './pages'
import type { ProductName } from './queries'
import type { components } from './schema'

type Schemas = components['schemas']
export type Usage = Schemas['Usage']
export type ColumnUsage = Schemas['ColumnUsage']
export type ReaderUsage = Schemas['ReaderUsage']
export type ProductEvent = Schemas['ProductEvent']
export type HistoryItem = Schemas['HistoryItem']
export type Quality = Schemas['Quality']
export type PromiseItem = Schemas['PromiseItem']

/** How much a product is read. Nothing tells of single statements, so that it is read anew whenever somebody looks. */
export const productUsage = (path: ProductName, days: number) =>
  queryOptions({
    queryKey: ['product', path, 'usage', days],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/products/{domain}/{product}/usage', { params: { path, query: { days } }, signal })),
    placeholderData: keepPreviousData,
  })

/** What the gate of a publication found, rule by rule; of what is served if none is named. */
export const productQuality = (path: ProductName, publication?: string) =>
  queryOptions({
    queryKey: ['product', path, 'quality', publication],
    queryFn: ({ signal }) => {
      const query = publication === undefined ? {} : { publication }
      return answerOf(api.GET('/api/v1/products/{domain}/{product}/quality', { params: { path, query }, signal }))
    },
    placeholderData: keepPreviousData,
  })

const EVENTS_AT_ONCE = 50

/** What happened to a product, newest first, a page at a time. */
export const productActivity = (path: ProductName, about: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['product', path, 'activity', about ?? 'all'],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...pageOf({ limit: EVENTS_AT_ONCE, cursor: pageParam }), ...(about === undefined ? {} : { about }) }
      return answerOf(api.GET('/api/v1/products/{domain}/{product}/activity', { params: { path, query }, signal }))
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })

/** The text of a contract: `1.2.0`, `pub-12`, `current` or `declared`; without a version what is served, or the draft. */
export const contractText = (path: ProductName, version?: string) =>
  queryOptions({
    queryKey: version === undefined ? ['product', path, 'contract'] : ['product', path, 'contract', version],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/products/{domain}/{product}/contract', {
          params: { path, query: version === undefined ? {} : { version } },
          parseAs: 'text',
          signal,
        }),
      ),
  })
