import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { addToCart, cartNow, removeFromCart } from '../../cart/cart'
import { requestForm } from '../../lib/reference'
import { usePageKeys } from '../../shell/keys'

/** Marks what the keys move through: a card, or a line of the table. Its first link is the product's. */
export const productMark = (reference: string, asks: boolean) => ({ 'data-product': reference, 'data-asks': asks })

/** `j` and `k` move through the products, `x` puts the one with the focus into the cart, `r` asks for it; Enter opens its link. */
export function useProductKeys(): void {
  const navigate = useNavigate()
  const handle = useCallback(
    (event: KeyboardEvent) => {
      const marked = [...document.querySelectorAll<HTMLElement>('[data-product]')]
      const current = document.activeElement?.closest<HTMLElement>('[data-product]') ?? null
      const at = current === null ? -1 : marked.indexOf(current)
      if (event.key === 'j' || event.key === 'k') {
        const next = marked[event.key === 'j' ? at + 1 : Math.max(at - 1, 0)]
        next?.querySelector('a')?.focus()
      } else if (current !== null && current.dataset['asks'] === 'true' && (event.key === 'x' || event.key === 'r')) {
        const reference = current.dataset['product'] ?? ''
        if (event.key === 'r') {
          void navigate(requestForm(reference))
        } else if (cartNow().includes(reference)) removeFromCart(reference)
        else addToCart(reference)
      } else return
      event.preventDefault()
    },
    [navigate],
  )
  usePageKeys(handle, 'page')
}
