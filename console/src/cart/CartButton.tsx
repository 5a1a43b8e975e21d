import { addToCart, removeFromCart, useCart } from './cart'

/** Puts a product into the cart, or takes it out again. */
export function CartButton({ reference }: { reference: string }) {
  const inside = useCart().includes(reference)
  return inside ? (
    <button
      type="button"
      className="button"
      aria-label={`In cart: ${reference}, take it out`}
      onClick={() => removeFromCart(reference)}
    >
      <span aria-hidden="true">✓</span> In cart
    </button>
  ) : (
    <button type="button" className="button" aria-label={`Add to cart: ${reference}`} onClick={() => addToCart(reference)}>
      Add to cart
    </button>
  )
}
