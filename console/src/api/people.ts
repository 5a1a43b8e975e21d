import { keepPreviousData, queryOptions, useMutation } from '@tanstack/react-query'
import { answerOf, api } from './client'
import { LONGEST_PAGE, firstOnPages, pageOf, type PageAsk } from './pages'
import { useReadAgain } from './readAgain'
import type { components } from './schema'

type Schemas = components['schemas']
export type PersonItem = Schemas['PersonItem']
export type TokenItem = Schemas['TokenItem']
export type NewToken = Schemas['NewToken']
export type MadeToken = Schemas['Made']

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

const MOST_PAGES = 40

/** One person, looked for in the list. `null` if nobody is called so. */
export const person = (principal: string) =>
  queryOptions({
    queryKey: ['person', principal],
    queryFn: ({ signal }) => {
      const read = (cursor: string | undefined) =>
        answerOf(api.GET('/api/v1/people', { params: { query: pageOf({ limit: LONGEST_PAGE, cursor }) }, signal }))
      return firstOnPages(read, MOST_PAGES, (item) => item.principal === principal)
    },
  })

export function useMakeToken() {
  const readAgain = useReadAgain()
  return useMutation({
    // Its text is in this answer only: nothing may keep it once the dialog is gone.
    gcTime: 0,
    mutationFn: (body: NewToken) => answerOf(api.POST('/api/v1/tokens', { body })),
    onSuccess: readAgain,
  })
}

export function useRevokeToken() {
  const readAgain = useReadAgain()
  return useMutation({
    mutationFn: (id: string) => answerOf(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } })),
    onSuccess: readAgain,
  })
}
