import assert from 'node:assert/strict'
import { call } from '../call.mjs'
import { noViolation, noWiderThanWindow } from '../fits.mjs'
import { signIn } from '../sign-in.mjs'
import { chip, empty, keep } from '../sql/kept.mjs'
import { button, editorOf, write } from '../sql/page.mjs'

const PRODUCT = 'claims.fraud_signals'
const PROBLEM = 'application/problem+json'

async function follow(world) {
  const { base, tokens, asPerson } = world
  await empty(world, 'ana')
  const page = await asPerson({ live: true, provokes: /503/ })
  await signIn(page, base, tokens.ana)
  const panel = page.getByRole('region', { name: 'Followed products: changes' })
  await panel.getByText('You follow no product yet.').waitFor()
  await page.goto(`${base}/p/claims/fraud_signals/overview`)
  await page.route('**/api/v1/follows/**', (route) => route.fulfill({ status: 503, contentType: PROBLEM, body: '{"code":"data-unavailable","detail":"not now"}' }))
  await page.getByRole('button', { name: 'Follow', pressed: false }).click()
  await page.getByRole('alert').getByText('Not now.').waitFor()
  await page.getByRole('button', { name: 'Follow', pressed: false }).waitFor()
  await page.unroute('**/api/v1/follows/**')
  await page.getByRole('button', { name: 'Follow', pressed: false }).focus()
  const read = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/follows') && answer.ok())
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Following', pressed: true }).waitFor()
  await read
  await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link', { name: 'Home' }).click()
  const line = panel.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Fraud signals' }) })
  await line.getByText('1.0.0').waitFor()
  await chip(line, 'Fresh').waitFor()
  await page.evaluate(() => void (window.stayed = true))
  const published = await line.locator('time').getAttribute('datetime')
  await call(world, 'emre', 'POST', '/api/v1/publications', { product: PRODUCT })
  await page.waitForFunction((before) => {
    const time = document.querySelector('[aria-labelledby=followed] li time')
    return time !== null && time.getAttribute('datetime') !== before
  }, published)
  assert.equal(await page.evaluate(() => window.stayed), true)
  await page.goto(`${base}/p/claims/fraud_signals/overview`)
  await page.getByRole('button', { name: 'Following', pressed: true }).click()
  await page.getByRole('button', { name: 'Follow', pressed: false }).waitFor()
  await page.context().close()
  await empty(world, 'ana')
}

/** The end of a version before is announced by a release of a new major one; here the server's words are put in its place. */
async function announcedEnd(world) {
  const { base, tokens, asPerson } = world
  await empty(world, 'ana')
  const page = await asPerson()
  await call(world, 'ana', 'PUT', '/api/v1/follows/claims/fraud_signals')
  const { items } = await call(world, 'ana', 'GET', '/api/v1/follows')
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString()
  const body = JSON.stringify({ items: [{ ...items[0], version: '2.0.0', freshness: 'late', previous_until: until }] })
  await page.route('**/api/v1/follows', (route) => route.fulfill({ contentType: 'application/json', body }))
  await signIn(page, base, tokens.ana)
  const panel = page.getByRole('region', { name: 'Followed products: changes' })
  await panel.getByText('The major version before ends on').getByText('in 30 days').waitFor()
  await chip(panel, 'Late').waitFor()
  await page.context().close()
  await empty(world, 'ana')
}

async function savedSearches(world) {
  const { base, tokens, asPerson } = world
  await empty(world, 'ana')
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/marketplace')
  await page.getByRole('article').first().waitFor()
  assert.equal(await button(page, 'Save this search').count(), 0, 'everything is no search')
  await page.goto(`${base}/marketplace?q=fraud&domain=claims&view=table`)
  await button(page, 'Save this search').click()
  const dialog = page.getByRole('dialog', { name: 'Save this search' })
  assert.equal(await dialog.getByLabel('Name').inputValue(), 'fraud')
  await dialog.getByLabel('Name').fill('Claims about fraud')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  const kept = page.getByRole('navigation', { name: 'Saved searches' })
  await kept.getByRole('link', { name: 'Claims about fraud' }).and(page.locator('[aria-current]')).waitFor()
  await button(page, 'Save this search').waitFor({ state: 'detached' })
  const { items } = await call(world, 'ana', 'GET', '/api/v1/searches')
  assert.deepEqual(items.map(({ q }) => q), ['fraud domain:claims'])
  await page.goto(`${base}/marketplace`)
  await kept.getByRole('link', { name: 'Claims about fraud' }).click()
  await page.waitForURL((url) => url.search === '?q=fraud&domain=claims')
  await page.goto(base)
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('about fraud')
  await page.getByRole('listbox').getByRole('group', { name: 'Saved searches' }).getByRole('option', { selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname === '/marketplace' && url.search === '?q=fraud&domain=claims')
  await button(page, 'Remove the saved search Claims about fraud').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await kept.waitFor({ state: 'detached' })
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.notEqual(await page.evaluate(() => document.activeElement?.tagName), 'BODY', 'the focus is not lost')
  await button(page, 'Save this search').waitFor()
  await page.context().close()
}

async function readers(world) {
  const { base, tokens, asPerson } = world
  const { items } = await call(world, 'ana', 'GET', '/api/v1/products?limit=500')
  const most = Math.max(...items.map(({ readers: count }) => count))
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/marketplace')
  await page.getByLabel('Sort').selectOption({ label: 'Most readers' })
  await page.getByRole('article').first().getByText(`read by ${most}`).waitFor()
  await page.getByRole('link', { name: 'Table', exact: true }).click()
  const rows = page.getByRole('region', { name: 'Products' }).getByRole('row')
  await rows.first().getByRole('columnheader', { name: 'Readers' }).waitFor()
  const counts = await page.locator('td.readers-count').allInnerTexts()
  assert.deepEqual(counts, [...counts].sort((a, b) => Number(b) - Number(a)))
  assert.equal(counts[0], String(most))
  await page.context().close()
}

async function atOnce({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/p/customer/customer_master/access')
  await page
    .getByRole('list', { name: 'Granted at once' })
    .getByText('As a member of fraud-analysts you get access for fraud-detection at once, for 30 days.')
    .waitFor()
  await page.goto(`${base}/p/claims/fraud_signals/access`)
  await page.getByRole('heading', { name: 'Rules' }).waitFor()
  assert.equal(await page.getByRole('list', { name: 'Granted at once' }).count(), 0)
  await page.context().close()
}

async function requestById(world) {
  const { base, tokens, asPerson } = world
  const { items } = await call(world, 'ana', 'GET', '/api/v1/requests?limit=1')
  const words = []
  for (const [person, id] of [['ana', items[0].id], ['amal', items[0].id], ['amal', 'req-999999'], ['amal', 'no%20id']]) {
    const page = await asPerson()
    const asked = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await signIn(page, base, tokens[person], `/requests/${id}`)
    await page.getByRole('heading', { level: 1, name: person === 'ana' ? `Request ${id}` : 'Not found' }).waitFor()
    assert.ok(asked.includes(`/api/v1/requests/${id}`), 'it is asked for by its id')
    words.push(await page.locator('main').innerText())
    await page.context().close()
  }
  assert.equal(new Set(words.slice(1)).size, 1)
}

/** Everything with something in it: no violation in light and dark, wide and narrow; pictures of it. */
async function filled(world) {
  const { base, tokens, asPerson, out } = world
  await Promise.all([empty(world, 'ana'), empty(world, 'rajan')])
  const { id } = await keep(world, 'ana', { name: 'Open claims by region', shared_with: 'group:fraud-analysts' })
  await keep(world, 'ana', { name: 'Payments above the limit of the policy' })
  const theirs = await keep(world, 'rajan', { name: 'Rings of identity documents', shared_with: 'everybody' })
  for (const product of ['claims/fraud_signals', 'claims/claims_enriched', 'customer/customer_master']) {
    await call(world, 'ana', 'PUT', `/api/v1/follows/${product}`)
  }
  for (const [name, q] of [['Fresh claims data', 'claims state:ok'], ['Identity documents', 'class:pii.national_id'], ['W'.repeat(120), 'domain:policy']]) {
    await call(world, 'ana', 'POST', '/api/v1/searches', { name, q })
  }
  for (const colorScheme of ['light', 'dark']) {
    const page = await asPerson({ colorScheme })
    const look = async (name) => {
      await page.waitForLoadState('networkidle')
      for (const width of [320, 390, 1440]) {
        await page.setViewportSize({ width, height: 900 })
        if (width !== 390) {
          await noViolation(page, `${name}, ${colorScheme}, ${width} px`)
          await noWiderThanWindow(page, `${name}, ${colorScheme}, ${width} px`)
        }
        if (process.env.SCREENSHOTS && width !== 320) await page.screenshot({ path: `${out}/${name}-${width}-${colorScheme}.png` })
      }
    }
    await signIn(page, base, tokens.ana)
    await page.getByRole('region', { name: 'Followed products: changes' }).getByRole('listitem').first().waitFor()
    await look('desk-home')
    await page.goto(`${base}/p/claims/fraud_signals/overview`)
    await page.getByRole('button', { name: 'Following' }).waitFor()
    await look('desk-product')
    await page.goto(`${base}/p/customer/customer_master/access`)
    await page.getByRole('list', { name: 'Granted at once' }).waitFor()
    await look('desk-access')
    await page.goto(`${base}/marketplace?q=claims&state=ok`)
    await page.getByRole('navigation', { name: 'Saved searches' }).waitFor()
    await look('desk-marketplace')
    await page.goto(`${base}/marketplace?q=claims&view=table`)
    await button(page, 'Save this search').click()
    await look('desk-save-search')
    await page.goto(`${base}/sql/saved`)
    await page.getByRole('region', { name: 'Saved queries' }).waitFor()
    await look('desk-saved')
    await page.getByRole('button', { name: 'Edit Open claims by region' }).click()
    await look('desk-edit')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Delete Open claims by region' }).click()
    await look('desk-delete')
    await page.goto(`${base}/sql/q/${theirs.id}`)
    await editorOf(page).getByText('LIMIT 7').waitFor()
    await look('desk-theirs')
    await page.goto(`${base}/sql/q/${id}`)
    await editorOf(page).getByText('LIMIT 7').waitFor()
    await look('desk-query')
    await write(page, 'SELECT 1')
    await chip(page, 'Unsaved changes').waitFor()
    await look('desk-changed')
    await button(page, 'Save as').click()
    await look('desk-save-as')
    await page.context().close()
  }
  await Promise.all([empty(world, 'ana'), empty(world, 'rajan')])
}

export const steps = [
  ['a followed product’s changes are on the home page, at once when it is published', follow],
  ['the announced end of a version is told', announcedEnd],
  ['a search is saved, opened from the marketplace and the palette, removed', savedSearches],
  ['how many read a product is told and orders the list', readers],
  ['what is granted at once is told in words', atOnce],
  ['a request is read by its id, others’ look like absent ones', requestById],
  ['no violation where something is kept', filled],
]

export const routes = []
