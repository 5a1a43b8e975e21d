import { ask, call, clean } from '../call.mjs'

export const TOTAL = 10_000
const DOMAINS = 60
export const LONG = 'a_name_that_nobody_would_give_but_everybody_may_and_that_goes_on'

const json = (make) => async (route) => route.fulfill({ json: await make(new URL(route.request().url()).searchParams) })
const name = (at) => (at % 10 === 3 ? `${LONG}_${at}` : `product_${at}`)

/** A marketplace of 10,000 products in 60 domains, made of the one that there is. */
export async function manyProducts(world, page) {
  const { items, facets } = await call(world, 'ana', 'GET', '/api/v1/products?limit=1')
  const product = (at, q) => ({
    ...items[0],
    reference: `domain_${at % DOMAINS}.${name(at)}`,
    title: `Product ${at}${at % 10 === 3 ? ` ${LONG}` : ''}`,
    ...(q && { why: [{ word: q, in: 'title', text: `Product ${at}` }] }),
  })
  const domains = Object.fromEntries(Array.from({ length: DOMAINS }, (_, at) => [at % 10 === 3 ? `${LONG}_${at}` : `domain_${at}`, 166]))
  await page.route(
    '**/api/v1/products?*',
    json((search) => {
      const limit = Number(search.get('limit'))
      const from = Number(search.get('cursor') ?? 0)
      const total = search.get('q') || search.get('domain') ? 1234 : TOTAL
      const shown = Array.from({ length: limit }, (_, at) => product(from + at, search.get('q')))
      return { items: shown, total, next: String(from + limit), facets: { ...facets, domain: domains } }
    }),
  )
}

export const COLUMNS = 500

/** A product of 500 columns. */
export const wideProduct = (page) =>
  page.route(/\/api\/v1\/products\/claims\/fraud_signals(\?|$)/, async (route) => {
    const response = await route.fetch()
    const product = await response.json()
    const [port] = product.port_details
    const columns = Array.from({ length: COLUMNS }, (_, at) => ({ ...port.columns[at % port.columns.length], name: at % 10 === 3 ? `${LONG}_${at}` : `column_${at}` }))
    await route.fulfill({ response, json: { ...product, port_details: [{ ...port, columns }] } })
  })

/** Of 1,000 requests that wait the first 500, made of one of ana's. */
export async function manyRequests(world, page) {
  await clean(world)
  const asked = await ask(world, 'ana', { product: 'policy.policies_active' })
  const { items } = await call(world, 'stella', 'GET', '/api/v1/requests?state=pending')
  await asked.takeBack()
  const template = items.find(({ id }) => id === asked.id)
  const made = Array.from({ length: 500 }, (_, at) => ({
    ...template,
    id: `req-${900_000 + at}`,
    by: `user:person_${at % 40}`,
    product: `policy.${name(at)}`,
    reason: `Reason ${at} ${at % 10 === 3 ? LONG : ''}`,
  }))
  await page.route('**/api/v1/requests?*', json(() => ({ items: made, next: 'more' })))
}
