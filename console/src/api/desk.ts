import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answerOf, api, emptyAnswer } from './client'
import { LONGEST_PAGE, pageOf } from './pages'
import type { ProductName } from './queries'
import type { components } from './schema'
import type { ProductPage } from './types'

/** What people keep for themselves: queries, products they follow, searches. */
type Schemas = components['schemas']
export type QueryItem = Schemas['QueryItem']
export type QueryPage = Schemas['QueryPage']
export type NewQuery = Schemas['NewQuery']
export type FollowItem = Schemas['FollowItem']
export type SearchItem = Schemas['SearchItem']

const QUERIES = ['saved-queries']

export const savedQueries = (cursor: string | undefined) =>
  queryOptions({
    queryKey: [...QUERIES, 'list', cursor],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/queries', { params: { query: pageOf({ limit: LONGEST_PAGE, cursor }) }, signal })),
  })

export const savedQuery = (id: string) =>
  queryOptions({
    queryKey: [...QUERIES, 'one', id],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/queries/{id}', { params: { path: { id } }, signal })),
  })

function useKept() {
  const queries = useQueryClient()
  return (page: QueryPage) => {
    queries.setQueryData(savedQuery(page.id).queryKey, page)
    return queries.invalidateQueries({ queryKey: [...QUERIES, 'list'] })
  }
}

/** Keeps a new query, or what is said anew of one of one's own. */
export function useKeepQuery() {
  return useMutation({
    mutationFn: ({ id, body }: { id?: string | undefined; body: NewQuery }) =>
      answerOf(id === undefined ? api.POST('/api/v1/queries', { body }) : api.PUT('/api/v1/queries/{id}', { params: { path: { id } }, body })),
    onSuccess: useKept(),
  })
}

/** Changes the name and the readers of a query of one's own. The server takes a query whole, so its text is read first. */
export function useDescribeQuery() {
  return useMutation({
    mutationFn: async ({ id, name, shared_with }: { id: string; name: string; shared_with: string | null }) => {
      const path = { id }
      const { sql, purpose } = await answerOf(api.GET('/api/v1/queries/{id}', { params: { path } }))
      const body = { name, sql, shared_with, ...(purpose == null ? {} : { purpose }) }
      return answerOf(api.PUT('/api/v1/queries/{id}', { params: { path }, body }))
    },
    onSuccess: useKept(),
  })
}

export function useDropQuery() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => emptyAnswer(api.DELETE('/api/v1/queries/{id}', { params: { path: { id } } })),
    onSuccess: (_, id) => {
      queries.removeQueries({ queryKey: savedQuery(id).queryKey })
      return queries.invalidateQueries({ queryKey: [...QUERIES, 'list'] })
    },
  })
}

export const follows = () =>
  queryOptions({ queryKey: ['follows'], queryFn: ({ signal }) => answerOf(api.GET('/api/v1/follows', { signal })) })

/** Follows a product, or no longer. Shown at once; taken back if the server refuses. */
export function useFollow(path: ProductName, page: ProductPage) {
  const queries = useQueryClient()
  const { queryKey } = follows()
  return useMutation({
    mutationFn: async (follow: boolean) => {
      if (follow) await answerOf(api.PUT('/api/v1/follows/{domain}/{product}', { params: { path } }))
      else await emptyAnswer(api.DELETE('/api/v1/follows/{domain}/{product}', { params: { path } }))
    },
    onMutate: async (follow) => {
      await queries.cancelQueries({ queryKey })
      const before = queries.getQueryData(queryKey)
      queries.setQueryData(queryKey, (now) => {
        const others = (now?.items ?? []).filter(({ reference }) => reference !== page.reference)
        return { items: follow ? [...others, { ...page, since: new Date().toISOString() }] : others }
      })
      return { before }
    },
    onError: (_, __, kept) => queries.setQueryData(queryKey, kept?.before),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
}

export const searches = () =>
  queryOptions({ queryKey: ['searches'], queryFn: ({ signal }) => answerOf(api.GET('/api/v1/searches', { signal })) })

export function useKeepSearch() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { name: string; q: string }) => answerOf(api.POST('/api/v1/searches', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: searches().queryKey }),
  })
}

export function useDropSearch() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => emptyAnswer(api.DELETE('/api/v1/searches/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: searches().queryKey }),
  })
}
