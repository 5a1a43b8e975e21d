import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answerOf, api } from './client'
import { useOnceKey } from './onceKey'
import { oneRequest } from './requests'

/** Says something about a request that waits. Refused or not, the request is read again: it may be decided by now. */
export function useRemark(id: string) {
  const queries = useQueryClient()
  const key = useOnceKey()
  return useMutation({
    mutationFn: (text: string) =>
      answerOf(api.POST('/api/v1/requests/{id}/remarks', { params: { path: { id } }, body: { text }, headers: key.headers() })),
    onError: (error) => {
      key.failed(error)
      void queries.invalidateQueries({ queryKey: ['requests'] })
    },
    onSuccess: (request) => {
      key.renew()
      queries.setQueryData(oneRequest(id).queryKey, request)
      return queries.invalidateQueries({ queryKey: ['requests'] })
    },
  })
}
