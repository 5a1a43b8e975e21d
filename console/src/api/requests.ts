import { queryOptions, useMutation } from '@tanstack/react-query'
import { answerOf, api } from './client'
import { useOnceKey } from './onceKey'
import { useReadAgain } from './readAgain'
import type { NewDecision, NewRequest } from './types'

/** What a waiting request would let its person see, on invented rows; for whoever decides it. */
export const requestSample = (id: string) =>
  queryOptions({
    queryKey: ['requests', 'sample', id],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/requests/{id}/sample', { params: { path: { id } }, signal })),
  })

export const oneRequest = (id: string) =>
  queryOptions({
    queryKey: ['requests', 'one', id],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/requests/{id}', { params: { path: { id } }, signal })),
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
