import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { productAccess } from '../../api/queries'
import { removeFromCart, useCart } from '../../cart/cart'
import { Empty } from '../../components/Empty'
import { Page } from '../../components/Page'
import { ProblemNotice } from '../../components/ProblemNotice'
import { ProductLink } from '../../components/ProductLink'
import { Skeleton } from '../../components/Skeleton'
import { nameParts } from '../../lib/reference'
import { counted } from '../../lib/words'
import { CartFields } from './CartFields'
import { Results } from './Results'
import type { Line } from './cart-form'
import type { Result } from './useAskForAll'
import '../../styles/cart.css'

/** Several products with one purpose and one reason. Each is a request of its own and decided on its own. */
export function CartPage() {
  const names = useCart()
  const [results, setResults] = useState<readonly Result[]>([])
  return (
    <Page title="Cart" lead={<p className="quiet">One form for several products. Whoever answers for each decides on it alone.</p>}>
      <Results results={results} />
      {names.length > 0 ? (
        <Filled names={names} done={(more) => setResults((before) => [...before.filter(({ product }) => !more.some((one) => one.product === product)), ...more])} />
      ) : (
        results.length === 0 && (
          <Empty title="The cart is empty.">
            <p>
              <Link to="/marketplace">Find products</Link> and choose “Add to cart” for those you want to ask for together.
            </p>
          </Empty>
        )
      )}
    </Page>
  )
}

function Filled({ names, done }: { names: readonly string[]; done: (results: readonly Result[]) => void }) {
  const rules = useQueries({ queries: names.map((name) => productAccess(nameParts(name))) })
  const [purpose, setPurpose] = useState('')
  const lines = names.flatMap((product, at): Line[] => {
    const access = rules[at]?.data
    return access === undefined ? [] : [{ product, access }]
  })
  return (
    <div className="columns">
      <section>
        <h2>{counted(names.length, 'product')}</h2>
        <ul className="plain-list lines">
          {names.map((product, at) => (
            <li key={product} className="cart-line">
              <div>
                <ProductLink reference={product} />
                <Rules query={rules[at]} purpose={purpose} />
              </div>
              <button type="button" className="button" onClick={() => removeFromCart(product)} aria-label={`Remove ${product}`}>
                Remove
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>What for</h2>
        {rules.some(({ isPending }) => isPending) ? <Skeleton lines={6} /> : <CartFields lines={lines} chosen={setPurpose} done={done} />}
      </section>
    </div>
  )
}

function Rules({ query, purpose }: { query: ReturnType<typeof useQueries<ReturnType<typeof productAccess>[]>>[number] | undefined; purpose: string }) {
  if (query?.isError) return <ProblemNotice error={query.error} />
  const access = query?.data
  if (access === undefined) return null
  return (
    <span className="quiet small block">
      {access.approver} decides, {access.max_days} days at most
      {purpose !== '' && !access.purposes.includes(purpose) && (
        <span className="warn-text block">Not read for {purpose}; it stays in the cart. It is read for {access.purposes.join(', ')}.</span>
      )}
    </span>
  )
}
