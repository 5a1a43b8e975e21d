import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { answerOf, api } from './client'
import { asProblem } from './problem'
import type { NewDecision, NewRequest } from './types'

/** randomUUID exists on secure origins only; a console on plain HTTP inside a company needs a key as well. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** What a person holds, waits for or sees may differ after any of these, so everything that is shown is read again. */
function useReadAgain(): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries()
}

export function useAskForAccess() {
  const readAgain = useReadAgain()
  const key = useRef(newKey())
  return useMutation({
    mutationFn: (body: NewRequest) =>
      answerOf(api.POST('/api/v1/requests', { body, headers: { 'Idempotency-Key': key.current } })),
    onError: (error) => {
      // Without an answer the request may have been taken: the same key asks for the same again. After an answer it is a new one.
      if (asProblem(error).status !== 0) key.current = newKey()
    },
    onSuccess: () => {
      key.current = newKey()
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
