import type { ProductName } from '../api/queries'

/** `claims.fraud_signals` in its two parts. */
export function nameParts(reference: string): ProductName {
  const dot = reference.indexOf('.')
  return dot < 0 ? { domain: reference, product: '' } : { domain: reference.slice(0, dot), product: reference.slice(dot + 1) }
}

/** Where the form is that asks for access to a product. */
export function requestForm(reference: string) {
  return {
    to: '/p/$domain/$product/$tab',
    params: { ...nameParts(reference), tab: 'access' },
    search: { request: true },
  } as const
}
