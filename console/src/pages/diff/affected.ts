import type { Impact } from '../../api/types'

type AffectedProduct = { reference: string; columns: string[]; far: number }

/** The server names columns, `domain.product.port.column`; people ask for products. */
export function productsOf(affected: Impact['affected']): AffectedProduct[] {
  const products = new Map<string, AffectedProduct>()
  for (const { name, far } of affected) {
    const [domain = '', product = '', , ...column] = name.split('.')
    const reference = `${domain}.${product}`
    const known = products.get(reference) ?? { reference, columns: [], far }
    if (column.length > 0) known.columns.push(column.join('.'))
    known.far = Math.min(known.far, far)
    products.set(reference, known)
  }
  return [...products.values()]
}
