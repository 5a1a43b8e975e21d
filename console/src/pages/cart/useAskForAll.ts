import { useState } from 'react'
import { useAskForAccess } from '../../api/requests'
import type { NewRequest, Requested } from '../../api/types'
import { removeFromCart } from '../../cart/cart'

/** What came of one product: an answer or a refusal. */
export type Result = { product: string; answer?: Requested; refusal?: Error }

/** Sends one request after the other. A refusal does not keep the others back; what is sent leaves the cart. */
export function useAskForAll(): { send: (requests: readonly NewRequest[]) => Promise<Result[]>; sending: boolean } {
  const ask = useAskForAccess()
  const [sending, setSending] = useState(false)
  const send = async (requests: readonly NewRequest[]) => {
    setSending(true)
    const results: Result[] = []
    for (const request of requests) {
      const { product } = request
      try {
        results.push({ product, answer: await ask.mutateAsync(request) })
      } catch (error) {
        results.push({ product, refusal: error instanceof Error ? error : new Error(String(error)) })
      }
    }
    for (const { product, answer } of results) if (answer !== undefined) removeFromCart(product)
    setSending(false)
    return results
  }
  return { send, sending }
}
