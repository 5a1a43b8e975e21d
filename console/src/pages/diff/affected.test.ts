import { expect, it } from 'vitest'
import { productsOf } from './affected'

it('gathers columns by product, at the shortest distance', () => {
  const affected = [
    { name: 'claims.signals.rows', far: 1 },
    { name: 'claims.signals.rows.score', far: 1 },
    { name: 'pricing.premiums.rows.loading', far: 2 },
  ]
  expect(productsOf(affected)).toEqual([
    { reference: 'claims.signals', columns: ['score'], far: 1 },
    { reference: 'pricing.premiums', columns: ['loading'], far: 2 },
  ])
})
