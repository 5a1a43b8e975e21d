import assert from 'node:assert/strict'
import { ask, call, clean, decide } from '../call.mjs'
import { noViolation } from '../fits.mjs'
import { signIn } from '../sign-in.mjs'

const PRODUCT = 'policy.policies_active'
const news = (page) => page.getByRole('status', { name: 'News' })

/** Nothing on the page was loaded anew: what is set here would be gone. */
const mark = (page) => page.evaluate(() => void (window.stayed = true))
const stayed = async (page) => assert.equal(await page.evaluate(() => window.stayed), true, 'the page was loaded anew')

async function decisions(world) {
  const { base, tokens, asPerson } = world
  await clean(world)
  const ana = await asPerson({ live: true })
  await signIn(ana, base, tokens.ana, '/marketplace')
  const stella = await asPerson({ live: true })
  await signIn(stella, base, tokens.stella, '/inbox')
  await stella.getByText('No request waits for your decision.').waitFor()
  await Promise.all([mark(ana), mark(stella)])

  const request = await ask(world, 'ana', { product: PRODUCT })
  await stella.getByRole('heading', { level: 2, name: `ana asks for ${PRODUCT}` }).waitFor()
  await news(stella).getByRole('link', { name: `ana asks for ${PRODUCT}` }).waitFor()
  await stella.getByRole('navigation', { name: 'Pages', exact: true }).getByText('1 waiting').waitFor()
  assert.equal(await news(ana).getByRole('link').count(), 0, 'her own request is no news to ana')

  await decide(world, 'stella', request.id, 'approve')
  await stella.getByText('No request waits for your decision.').waitFor()
  await news(ana).getByRole('link', { name: `Your request for ${PRODUCT} was approved` }).click()
  await ana.getByRole('heading', { level: 1, name: 'My access' }).waitFor()
  await ana.getByRole('region', { name: 'Access', exact: true }).getByRole('link', { name: PRODUCT, exact: true }).waitFor()

  await request.takeBack()
  await news(ana).getByText(`Your access to ${PRODUCT} was ended`).waitFor()
  await ana.getByRole('region', { name: 'Access', exact: true }).getByRole('link', { name: PRODUCT, exact: true }).waitFor({ state: 'detached' })
  await ana.getByRole('button', { name: /^Dismiss: Your access/ }).click()
  await news(ana).getByText('was ended').waitFor({ state: 'detached' })

  const second = await ask(world, 'ana', { product: PRODUCT })
  await decide(world, 'stella', second.id, 'deny', { note: 'not now' })
  await news(ana).getByRole('link', { name: `The request for ${PRODUCT} was denied` }).click()
  await ana.getByRole('heading', { level: 1, name: `Request ${second.id}` }).waitFor()
  await ana.getByText('Denied by stella').waitFor()
  await ana.getByText('not now').waitFor()
  await Promise.all([stayed(ana), stayed(stella)])
  await ana.context().close()
  await stella.context().close()
}

async function publications(world) {
  const { base, tokens, asPerson } = world
  const page = await asPerson({ live: true })
  await signIn(page, base, tokens.ana, '/p/claims/fraud_signals/overview')
  const publications = page.locator('section', { has: page.getByRole('heading', { name: 'Publications' }) })
  await publications.waitFor()
  await mark(page)
  await call(world, 'emre', 'POST', '/api/v1/publications', { product: 'claims.fraud_signals' })
  await news(page).getByRole('link', { name: 'claims.fraud_signals 1.0.0 is published' }).waitFor()
  await noViolation(page)
  await publications.getByRole('listitem').first().getByText('just now', { exact: true }).waitFor()
  await stayed(page)
  await page.context().close()
}

/** An incident is told to whoever answers for a product; here the server's words are put into the stream. */
async function incidents({ base, tokens, asPerson }) {
  const page = await asPerson({ live: true })
  const body = 'event: incident\ndata: {"at":"2026-11-27T19:00:00Z","unreadable":"claims.fraud_signals.signals"}\n\n'
  await page.route('**/api/v1/events', (route) => route.fulfill({ status: 200, contentType: 'text/event-stream', body }))
  await signIn(page, base, tokens.sam, '/my-access')
  await news(page).getByRole('link', { name: 'claims.fraud_signals.signals cannot be read now' }).click()
  await page.getByRole('heading', { level: 1, name: 'Fraud signals' }).waitFor()
  await page.waitForTimeout(1500)
  assert.equal(await news(page).getByText('cannot be read').count(), 0, 'an incident that lasts is told once')
  await page.context().close()
}

/** The first connection breaks off after an event; what comes before the second is told by the server all the same. */
async function interruption(world) {
  const { base, tokens, asPerson } = world
  await clean(world)
  const page = await asPerson({ live: true })
  const request = await ask(world, 'ana', { product: PRODUCT })
  const seq = request.id.replace('req-', '')
  const asked = []
  await page.route('**/api/v1/events', async (route) => {
    asked.push(route.request().headers()['last-event-id'])
    if (asked.length > 1) return route.continue()
    const body = `event: request\ndata: {"product":"${PRODUCT}","request":"${request.id}","by":"user:ana"}\nid: ${seq}\n\n`
    await route.fulfill({ status: 200, contentType: 'text/event-stream', body })
    await decide(world, 'stella', request.id, 'approve')
  })
  await signIn(page, base, tokens.ana, '/my-access')
  await news(page).getByText(`Your request for ${PRODUCT} was approved`).waitFor()
  assert.deepEqual(asked, [undefined, seq])
  await request.takeBack()
  await page.context().close()
}

async function tokenEnds(world) {
  const { base, asPerson } = world
  const made = await call(world, 'petra', 'POST', '/api/v1/tokens', { principal: 'ana', label: 'for a journey' })
  const page = await asPerson({ live: true })
  await signIn(page, base, made.token, '/my-access')
  await page.getByRole('heading', { level: 1, name: 'My access' }).waitFor()
  await call(world, 'petra', 'DELETE', `/api/v1/tokens/${made.id}`)
  await page.getByText('The token is no longer valid').waitFor()
  await page.context().close()
}

export const steps = [
  ['a request, its approval, its end and a refusal appear without a reload', decisions],
  ['a publication appears on the product’s page without a reload', publications],
  ['an incident is told once, with the way to the product', incidents],
  ['a connection that broke goes on after the last event', interruption],
  ['the end of a token brings the sign-in without a click', tokenEnds],
]

export const routes = []
