import assert from 'node:assert/strict'
import { ask, call, clean, decide } from '../call.mjs'
import { signIn } from '../sign-in.mjs'

async function oneFormForMany(world) {
  const { base, tokens, asPerson, out } = world
  await clean(world)
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/marketplace?domain=policy')
  await page.getByRole('button', { name: 'Add to cart: policy.policies_active', exact: true }).click()
  await page.getByRole('button', { name: 'Add to cart: policy.event_rejects' }).click()
  await page.goto(`${base}/p/finance/premium_ledger/overview`)
  await page.getByRole('button', { name: 'Add to cart: finance.premium_ledger' }).click()
  assert.equal(await page.evaluate(() => sessionStorage.getItem('tessera.cart')), '["policy.policies_active","policy.event_rejects","finance.premium_ledger"]')
  await page.getByRole('link', { name: 'Cart 3' }).click()
  await page.getByRole('heading', { name: '3 products' }).waitFor()
  await page.getByRole('button', { name: /^Send/ }).click()
  await page.getByText('Choose a purpose.').waitFor()
  await page.getByLabel('Purpose').selectOption('fraud-detection')
  await page.getByLabel('Reason').fill('Cover of suspicious claims')
  await page.getByText('Not read for fraud-detection; it stays in the cart.').waitFor()
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/cart-1440-light.png` })
  // One that waits already is refused; the other is sent all the same.
  const before = await ask(world, 'ana', { product: 'policy.event_rejects' })
  await page.getByRole('button', { name: 'Send 2 requests' }).click()
  const results = page.locator('section', { has: page.getByRole('heading', { name: 'What came of it' }) })
  await results.getByText('policy-stewards decides').waitFor()
  await results.getByText('You asked for this already').waitFor()
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/cart-sent-1440-light.png` })
  await page.getByRole('button', { name: 'Remove finance.premium_ledger' }).click()
  await page.getByRole('heading', { name: '1 product', exact: true }).waitFor()
  await before.takeBack()
  await page.getByRole('button', { name: 'Send 1 request' }).click()
  await results.getByText('policy-stewards decides').nth(1).waitFor()
  assert.equal(await page.evaluate(() => sessionStorage.getItem('tessera.cart')), null)
  await results.getByRole('link', { name: /^req-/ }).first().click()
  await page.getByText('Waits for a decision of policy-stewards').waitFor()
  await page.getByRole('button', { name: 'Withdraw' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
  await page.getByText('Withdrawn').first().waitFor()
  await clean(world)
  await page.context().close()
}

async function noCartForAnother({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/p/finance/premium_ledger/overview')
  await page.getByRole('button', { name: 'Add to cart: finance.premium_ledger' }).click()
  await page.evaluate(() => sessionStorage.setItem('tessera.token', 'tsr_0'))
  await page.reload()
  await page.getByText('The token is no longer valid').waitFor()
  await page.getByLabel('Token').fill(tokens.amal)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor()
  await page.goto(`${base}/cart`)
  await page.getByText('The cart is empty.').waitFor()
  await page.context().close()
}

async function terms(world) {
  const { base, tokens, asPerson } = world
  await clean(world)
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/p/policy/policies_active/access?request=true')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('For', { exact: true }).selectOption('group:fraud-analysts')
  await dialog.getByText('Everybody in the group can read then.').waitFor()
  await dialog.getByLabel('Purpose').selectOption('fraud-detection')
  await dialog.getByLabel('Reason').fill('The whole team looks at them')
  await dialog.getByLabel('Rows').selectOption('all')
  await dialog.getByRole('button', { name: 'Send request' }).click()
  await dialog.getByRole('link', { name: 'the request’s page' }).click()
  await page.getByText('group fraud-analysts').waitFor()
  const [made] = (await call(world, 'ana', 'GET', '/api/v1/requests?state=pending')).items
  assert.deepEqual([made.subject, made.rows], ['group:fraud-analysts', 'all'])

  // The steward gives fewer rows, and for a shorter time.
  const steward = await asPerson()
  await signIn(steward, base, tokens.stella, `/inbox?id=${made.id}`)
  await steward.getByText('Decided before').waitFor()
  await steward.keyboard.press('y')
  const question = steward.getByRole('dialog')
  await question.getByLabel('Rows').selectOption('default')
  const until = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10)
  await question.getByLabel('Until (optional)').fill(until)
  await question.getByRole('button', { name: 'Approve' }).click()
  await question.waitFor({ state: 'detached' })
  const { items } = await call(world, 'ana', 'GET', '/api/v1/entitlements')
  const held = items.find(({ subject, state }) => subject === 'group:fraud-analysts' && state === 'active')
  assert.deepEqual([held.rows, held.until.slice(0, 10)], ['default', until])
  await steward.context().close()

  // It ends soon, so home says so; one click asks for the same once more.
  await page.goto(base)
  const soon = page.getByRole('region', { name: 'Ends soon' })
  await soon.getByText('through group fraud-analysts').waitFor()
  await soon.getByRole('button', { name: 'Renew policy.policies_active' }).click()
  await soon.getByRole('link', { name: /^req-/ }).waitFor()
  const [renewal] = (await call(world, 'ana', 'GET', '/api/v1/requests?state=pending')).items
  assert.deepEqual([renewal.subject, renewal.rows, renewal.reason], ['group:fraud-analysts', 'default', 'The whole team looks at them'])
  await clean(world)
  await page.context().close()
}

async function twoStewards(world) {
  const { base, tokens, asPerson } = world
  await clean(world)
  const request = await ask(world, 'ana', { product: 'policy.policies_active' })
  const other = await ask(world, 'ana', { product: 'policy.event_rejects' })
  const page = await asPerson({ live: true })
  await signIn(page, base, tokens.stella, `/inbox?id=${request.id}&product=policy.policies_active`)
  await page.getByRole('heading', { level: 2, name: 'ana asks for policy.policies_active' }).waitFor()
  assert.equal(await page.getByRole('list', { name: 'Requests that wait' }).getByRole('listitem').count(), 1, 'the filter is in the address')
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.goto(`${base}/inbox?id=${request.id}`)
  await page.getByRole('heading', { level: 2, name: 'ana asks for policy.policies_active' }).waitFor()
  await page.keyboard.press('d')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Note').fill('too early')
  await decide(world, 'stella', request.id, 'deny', { note: 'elsewhere' })
  await dialog.getByText(/stella decided this .*: denied\./).waitFor()
  assert.equal(await dialog.getByRole('button', { name: 'Deny', exact: true }).count(), 0)
  await dialog.getByRole('button', { name: 'Next request' }).click()
  await page.getByRole('heading', { level: 2, name: 'ana asks for policy.event_rejects' }).waitFor()
  await page.context().close()

  // Without the news the server's refusal says it.
  const deaf = await asPerson()
  await signIn(deaf, base, tokens.stella, `/inbox?id=${other.id}`)
  await deaf.getByRole('heading', { level: 2, name: 'ana asks for policy.event_rejects' }).waitFor()
  await deaf.keyboard.press('y')
  await other.takeBack()
  await deaf.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
  await deaf.getByRole('dialog').getByText(/ana withdrew this/).waitFor()
  await deaf.getByRole('dialog').getByRole('button', { name: 'Next request' }).click()
  await deaf.getByRole('dialog').waitFor({ state: 'detached' })
  await deaf.context().close()
}

async function marketplaceKeys({ base, tokens, asPerson }) {
  for (const view of ['', '&view=table']) {
    const page = await asPerson()
    await signIn(page, base, tokens.ana, `/marketplace?domain=finance${view}`)
    await page.getByText('1 product', { exact: true }).waitFor()
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    const focused = page.getByRole('link', { name: 'Premium ledger' })
    assert.equal(await focused.evaluate((element) => element === document.activeElement), true)
    await page.keyboard.press('x')
    await page.getByRole('link', { name: 'Cart 1' }).waitFor()
    await page.keyboard.press('x')
    await page.getByRole('link', { name: 'Cart 1' }).waitFor({ state: 'detached' })
    await page.keyboard.press('r')
    await page.getByRole('dialog', { name: /^Request access to/ }).waitFor()
    await page.context().close()
  }
}

async function marketplaceViews({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/marketplace')
  await page.getByLabel('Sort').selectOption('access')
  await page.getByRole('link', { name: 'Table', exact: true }).click()
  assert.equal(new URL(page.url()).search, '?sort=access&view=table')
  const rows = page.getByRole('region', { name: 'Products', exact: true }).getByRole('row')
  assert.equal(await page.getByRole('navigation', { name: 'View' }).locator('[aria-current]').count(), 1)
  assert.match(await rows.nth(1).innerText(), /You have access/)
  assert.match(await rows.last().innerText(), /No access yet/)
  await page.route('**/api/v1/products?*', async (route) => {
    const more = route.request().url().includes('q=frud')
      ? { items: [], total: 0, facets: {}, suggestion: 'fraud_signals' }
      : { next: 'the-next' }
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), ...more } })
  }, { times: 2 })
  await page.goto(`${base}/marketplace?q=frud`)
  await page.getByText('Did you mean').getByRole('link', { name: 'fraud_signals' }).click()
  await page.getByRole('link', { name: 'Fraud signals' }).waitFor()
  assert.match(await page.getByRole('link', { name: 'Next page' }).getAttribute('href'), /cursor=the-next/)
  await page.context().close()
}

export const steps = [
  ['products are gone through, put into the cart and asked for by keys', marketplaceKeys],
  ['a cart is one form for many products, each decided on its own', oneFormForMany],
  ['a cart is not handed on to the next person', noCartForAnother],
  ['group and rows are asked for, changed at approval, and renewed with a click', terms],
  ['two decisions on one request: the second is told who made the first', twoStewards],
  ['the marketplace as a table and in another order, by its address', marketplaceViews],
]

export const routes = [
  ['cart-empty', '/cart'],
  ['marketplace-table', '/marketplace?view=table&sort=access'],
  ['home-newcomer', '/', 'iris'],
]
