import assert from 'node:assert/strict'
import { clean } from '../call.mjs'
import { noWiderThanWindow } from '../fits.mjs'
import { signIn } from '../sign-in.mjs'

async function refusals(world) {
  const { base, tokens, asPerson } = world
  await clean(world)
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/p/claims/nothing_like_this/overview')
  await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor()
  const absent = await page.getByRole('main').innerText()
  await page.goto(`${base}/p/claims/no_such_thing_either/overview`)
  await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor()
  assert.equal(await page.getByRole('main').innerText(), absent)
  await page.goto(`${base}/p/policy/policies_active/sample?rows=own`)
  const alert = page.getByRole('alert')
  await alert.waitFor()
  assert.match(await alert.innerText(), /access-required/)
  assert.match(await alert.innerText(), /request [0-9a-f-]{36}/)
  await page.context().close()
}

async function sessionEnds({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/marketplace?q=fraud&access=yes')
  await page.getByRole('link', { name: 'Fraud signals' }).waitFor()
  await page.evaluate(() => sessionStorage.setItem('tessera.token', 'tsr_0'))
  await page.reload()
  await page.getByText('The token is no longer valid').waitFor()
  assert.equal(new URL(page.url()).search, '?q=fraud&access=yes')
  await page.getByLabel('Token').fill(tokens.ana)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Fraud signals' }).waitFor()
  await page.context().close()
}

/** A product that is there, though not for ana, and one that is nowhere: the same page, and the same answer of the server. */
async function invisible({ base, tokens, asPerson }) {
  const answerTo = async (person, path) => {
    const response = await fetch(`${base}/api/v1/products/${path}`, { headers: { authorization: `Bearer ${tokens[person]}` } })
    const { request_id: _, ...answer } = await response.json()
    return { status: response.status, answer: JSON.stringify(answer).replaceAll(path.replace('/', '.'), 'NAME') }
  }
  assert.equal((await answerTo('edda', 'pricing/risk_premiums')).status, 200, 'it is there')
  assert.deepEqual(await answerTo('ana', 'pricing/risk_premiums'), await answerTo('ana', 'pricing/never_made'))
  const page = await asPerson()
  await signIn(page, base, tokens.ana)
  const seen = []
  for (const path of ['/p/pricing/risk_premiums/overview', '/p/pricing/never_made/overview', '/p/nowhere/at_all/access?request=true', '/requests/req-1', '/requests/req-999999']) {
    await page.goto(base + path)
    await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor()
    seen.push(`${await page.title()}\n${await page.getByRole('main').innerText()}`)
  }
  assert.equal(new Set(seen).size, 1)
  await page.context().close()
}

async function slow({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana)
  await page.getByText('Welcome, ana.').waitFor()
  await page.route('**/api/v1/products?*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1200))
    await route.continue()
  })
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await page.getByRole('heading', { level: 1, name: 'Marketplace' }).waitFor()
  const skeleton = page.getByRole('main').locator('.skeleton')
  await skeleton.waitFor({ state: 'attached' })
  const style = (name) => skeleton.evaluate((element, of) => getComputedStyle(element)[of], name)
  assert.equal(await style('animationDelay'), '0.15s', 'a quick answer does not flash')
  await page.waitForTimeout(300)
  assert.equal(await style('opacity'), '1')
  await page.getByText(/^\d+ products$/).waitFor()
  await skeleton.waitFor({ state: 'detached' })
  await page.context().close()
}

async function failing({ base, tokens, asPerson, out }) {
  const page = await asPerson({ provokes: /status of 500/ })
  await signIn(page, base, tokens.ana)
  const problem = { title: 'internal', detail: 'the index cannot be read', code: 'internal', hint: 'try again later', request_id: 'r-4711' }
  const fail = (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) })
  await page.route('**/api/v1/products?*', fail)
  await page.goto(`${base}/marketplace`)
  const alert = page.getByRole('alert')
  await alert.waitFor()
  const text = await alert.innerText()
  for (const part of ['The index cannot be read.', 'Try again later.', 'r-4711']) assert.ok(text.includes(part), text)
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/failing-1440-light.png` })
  await page.unroute('**/api/v1/products?*', fail)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.getByText(/^\d+ products$/).waitFor()
  // What was read stays when reading it anew fails, and says that it is old.
  await page.route('**/api/v1/products?*', fail)
  await page.getByLabel('Sort').selectOption('name')
  await alert.waitFor()
  await page.context().close()
}

async function offline({ base, tokens, asPerson }) {
  const page = await asPerson({ provokes: /ERR_INTERNET_DISCONNECTED/ })
  await signIn(page, base, tokens.ana)
  await page.getByRole('region', { name: 'Access', exact: true }).waitFor()
  await page.goto(`${base}/marketplace`)
  await page.getByText(/^\d+ products$/).waitFor()
  await page.context().setOffline(true)
  await page.getByText('You are offline').waitFor()
  await page.getByText(/^\d+ products$/).waitFor()
  await page.getByLabel('Search products').fill('ledger')
  await page.getByText('You are offline').waitFor()
  await page.context().setOffline(false)
  await page.getByText('You are offline').waitFor({ state: 'detached' })
  await page.getByText('1 product for “ledger”').waitFor()
  await page.context().close()
}

/** The token ends between two letters; what was typed is there after the next sign-in, and for nobody else. */
async function midForm({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/p/policy/policies_active/access?request=true')
  const dialog = page.getByRole('dialog')
  const endSession = async () => {
    await page.route('**/api/v1/requests', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"code":"not-authenticated"}' }), { times: 1 })
    await dialog.getByRole('button', { name: 'Send request' }).click()
    await page.getByText('The token is no longer valid').waitFor()
  }
  const signInAs = async (token) => {
    await page.getByLabel('Token').fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await dialog.getByLabel('Reason').waitFor()
  }
  await dialog.getByLabel('Purpose').selectOption('fraud-detection')
  await dialog.getByLabel('Reason').fill('Half a sentence about')
  await endSession()
  await signInAs(tokens.ana)
  assert.equal(await dialog.getByLabel('Reason').inputValue(), 'Half a sentence about')
  assert.equal(await dialog.getByLabel('Purpose').inputValue(), 'fraud-detection')
  await endSession()
  await signInAs(tokens.amal)
  assert.equal(await dialog.getByLabel('Reason').inputValue(), '')
  await page.context().close()
}

const HOSTILE = {
  title: '<img src=x onerror="document.title=\'broken\'"><script>document.title="broken"</script>',
  turned: 'safe \u202Egnp.exe\u2066 \u202E\u202E',
  long: 'w'.repeat(300),
}

async function hostile({ base, tokens, asPerson, out }) {
  const page = await asPerson({ viewport: { width: 320, height: 800 } })
  await page.route(/\/api\/v1\/products(\?|\/claims\/fraud_signals(\?|$))/, async (route) => {
    const response = await route.fetch()
    const body = await response.json()
    const poison = (item, at) => Object.assign(item, {
      title: [HOSTILE.title, HOSTILE.turned, HOSTILE.long][at % 3],
      purpose: `${HOSTILE.turned} ${HOSTILE.long}`,
      owner: HOSTILE.long,
      tags: [HOSTILE.title, HOSTILE.long, HOSTILE.turned],
    })
    if (body.items) body.items.forEach(poison)
    else poison(body, 2)
    await route.fulfill({ response, json: body })
  })
  await signIn(page, base, tokens.ana, '/marketplace')
  const look = async (name) => {
    for (const width of [320, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      await noWiderThanWindow(page, `${name}, ${width} px`)
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/${name}-${width}-light.png` })
    }
    assert.equal(await page.locator('main img, main script').count(), 0)
    assert.doesNotMatch(await page.title(), /^broken/)
  }
  await page.getByRole('link', { name: HOSTILE.title }).first().waitFor()
  await look('hostile-cards')
  await page.goto(`${base}/marketplace?view=table`)
  await page.getByRole('link', { name: HOSTILE.title }).first().waitFor()
  await look('hostile-table')
  await page.goto(`${base}/p/claims/fraud_signals/overview`)
  await page.getByRole('heading', { level: 1, name: HOSTILE.long }).waitFor()
  await look('hostile-product')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('fraud')
  await page.getByRole('option', { name: HOSTILE.title }).first().waitFor()
  await look('hostile-palette')
  await page.context().close()
}

/** An answer of the server with something changed in it. */
const changed = (page, address, change) =>
  page.route(address, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: change(await response.json()) })
  })

async function firstDay({ base, tokens, asPerson, out }) {
  const page = await asPerson()
  await changed(page, '**/api/v1/whoami', ({ mesh: _, ...who }) => who)
  await signIn(page, base, tokens.ana)
  await page.getByRole('heading', { name: 'Set the mesh up' }).waitFor()
  await page.getByText('tessera new mesh NAME').waitFor()
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/first-day-1440-light.png` })
  await page.unroute('**/api/v1/whoami')
  await changed(page, '**/api/v1/entitlements?*', () => ({ items: [] }))
  await changed(page, '**/api/v1/products?*', (found) => ({ ...found, items: [], total: 0, facets: {} }))
  await page.reload()
  await page.getByRole('heading', { name: 'The first product' }).waitFor()
  await page.getByText('tessera new domain DOMAIN').waitFor()
  await page.context().close()
}

async function lists({ base, tokens, asPerson }) {
  const page = await asPerson()
  await changed(page, /\/api\/v1\/(requests|entitlements)\?/, (list) => ({ ...list, next: 'more' }))
  await signIn(page, base, tokens.ana, '/inbox')
  await page.getByText('More than 500 requests wait.').waitFor()
  await page.goto(base)
  await page.getByText('These are the newest 500 only.').nth(1).waitFor()
  await page.context().close()
}

/** What the server tells beyond what it told before is shown; what it does not tell is left out. */
async function trust({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/marketplace?q=fraud_signals')
  const card = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'Fraud signals' }) })
  for (const text of ['pii.national_id', /published .+ ago|published just now/]) await card.getByText(text).first().waitFor()
  assert.equal(await card.getByText(/^Tier \d$/).count(), 1)
  await changed(page, '**/api/v1/products/policy/policies_active/access', (access) => ({ ...access, automatic: [{ group: 'fraud-analysts', purpose: 'fraud-detection', days: 30, mine: true }] }))
  await page.goto(`${base}/p/policy/policies_active/access?request=true`)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send request' }).waitFor()
  await dialog.getByLabel('Purpose').selectOption('fraud-detection')
  await dialog.getByRole('button', { name: 'Get access' }).waitFor()
  await dialog.getByLabel('Rows').selectOption('all')
  await dialog.getByRole('button', { name: 'Send request' }).waitFor()
  await page.context().close()
}

async function sizes({ base, tokens, asPerson }) {
  const page = await asPerson({ viewport: { width: 390, height: 800 }, colorScheme: 'dark' })
  await signIn(page, base, tokens.ana, '/p/claims/fraud_signals/overview')
  await page.getByRole('heading', { level: 1, name: 'Fraud signals' }).waitFor()
  const height = (await page.getByRole('banner').boundingBox()).height
  assert.ok(height < 110, `the bar takes ${height} px of a phone`)
  await page.setViewportSize({ width: 3840, height: 2160 })
  const paragraph = page.getByText('What is unusual about each claim')
  const width = (await paragraph.boundingBox()).width / (await paragraph.evaluate((element) => parseFloat(getComputedStyle(element).fontSize)))
  assert.ok(width < 60, `a line of text is ${width} em wide`)
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  assert.equal(await ground(), 'rgb(17, 23, 28)')
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  assert.equal(await ground(), 'rgb(255, 255, 255)')
  assert.equal(await page.getByRole('banner').isVisible(), false)
  await page.context().close()
}

export const steps = [
  ['absent and invisible look the same; a refusal is shown with its request id', refusals],
  ['a product that ana may not know of is as absent as one that was never made', invisible],
  ['a slow answer has a skeleton, a quick one does not flash', slow],
  ['a failure says what happened, under which id, and can be tried again', failing],
  ['without a network the page says so and goes on when it is back', offline],
  ['a token that ends brings the sign-in back and keeps the address', sessionEnds],
  ['a token that ends in the middle of a form keeps what was typed, for the same person', midForm],
  ['an empty mesh says what to type next', firstDay],
  ['a list with further pages says so', lists],
  ['what the server tells about trust is shown, and access at once is called so', trust],
  ['a phone, a wall and paper', sizes],
  ['hostile names do nothing and break no layout', hostile],
]

export const routes = [
  ['refused', '/p/policy/policies_active/sample?rows=own'],
  ['not-found', '/p/claims/nothing/overview'],
]
