import { queryOptions, useMutation } from '@tanstack/react-query'
import { answerOf, api } from './client'
import { useOnceKey } from './onceKey'
import { LONGEST_PAGE, firstOnPages, pageOf } from './pages'
import { Problem } from './problem'
import { useReadAgain } from './readAgain'
import type { NewDecision, NewRequest, RequestItem } from './types'

/** Of a person with more requests than are on these pages, the oldest are for the command line. */
const MOST_PAGES = 10

/** What a waiting request would let its person see, on invented rows; for whoever decides it. */
export const requestSample = (id: string) =>
  queryOptions({
    queryKey: ['requests', 'sample', id],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/requests/{id}/sample', { params: { path: { id } }, signal })),
  })

/** One request, looked for in the list. */
export const oneRequest = (id: string) =>
  queryOptions({
    queryKey: ['requests', 'one', id],
    queryFn: async ({ signal }): Promise<RequestItem> => {
      const read = (cursor: string | undefined) =>
        answerOf(api.GET('/api/v1/requests', { params: { query: pageOf({ limit: LONGEST_PAGE, cursor }) }, signal }))
      const found = await firstOnPages(read, MOST_PAGES, (item) => item.id === id)
      if (found === null) throw new Problem({ status: 404, code: 'not-found', message: 'there is no such request' })
      return found
    },
  })

export function useAskForAccess() {
  const readAgain = useReadAgain()
  const key = useOnceKey()
  return useMutation({
    mutationFn: (body: NewRequest) => answerOf(api.POST('/api/v1/requests', { body, headers: key.headers() })),
    onError: key.failed,
    onSuccess: () => {
      key.renew()
      return readAgain()
    },
  })
}

export function useDecide() {
  const readAgain = useReadAgain()
  return useMutation({
    mutationFn: ({ id, body }: { id: string; body: NewDecision }) =>
      answerOf(api.POST('/api/v1/requests/{id}/decision', { params: { path: { id } }, body })),
    onSuccess: readAgain,
  })
}

/** Takes a pending request back; of an approved one, ends the access. */
export function useTakeBack() {
  const readAgain = useReadAgain()
  return useMutation({
    mutationFn: (id: string) => answerOf(api.DELETE('/api/v1/requests/{id}', { params: { path: { id } } })),
    onSuccess: readAgain,
  })
}
