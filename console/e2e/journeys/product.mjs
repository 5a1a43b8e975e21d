import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { inTime } from '../budget/numbers.mjs'
import { call } from '../call.mjs'
import { noViolation, noWiderThanWindow } from '../fits.mjs'
import { ask, released } from '../released.mjs'
import { signIn } from '../sign-in.mjs'

export const routes = [
  ['usage', '/p/claims/fraud_signals/usage'],
  ['usage-whole', '/p/claims/fraud_signals/usage?days=7', 'sam'],
  ['usage-table', '/p/claims/fraud_signals/usage?as=table&days=7', 'sam'],
  ['usage-unread', '/p/policy/event_rejects/usage'],
  ['activity', '/p/claims/fraud_signals/activity'],
  ['activity-whole', '/p/claims/fraud_signals/activity', 'sam'],
  ['activity-nothing', '/p/claims/fraud_signals/activity?about=classes'],
  ['quality-no-access', '/p/policy/policies_active/quality'],
  ['overview-owner', '/p/policy/policies_active/overview', 'paul'],
]

const main = (page) => page.getByRole('main')
const tabs = (page) => page.getByRole('navigation', { name: 'Product', exact: true })
const param = (page, name) => new URL(page.url()).searchParams.get(name)

/** An answer of the server with something changed in it. */
const changed = (page, address, change) =>
  page.route(address, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: change(await response.json()) })
  })

async function usageOfAnOwner(world) {
  const { base, tokens, asPerson } = world
  const page = await asPerson()
  await signIn(page, base, tokens.sam, '/p/claims/fraud_signals/overview')
  await tabs(page).getByRole('link', { name: 'Usage' }).click()
  const told = await call(world, 'sam', 'GET', '/api/v1/products/claims/fraud_signals/usage?days=30')
  await page.getByText(new RegExp(`^${told.statements} statements? by ${told.readers} .+ in 30 days, last read `)).waitFor()
  await page.getByRole('img', { name: /Statements on each of 30 days/ }).waitFor()
  await page.getByRole('region', { name: 'Columns by use' }).getByRole('row', { name: /^claim_id / }).waitFor()
  // Other journeys on this mesh may have read some of them, or all.
  const { port_details: [port] } = await call(world, 'sam', 'GET', '/api/v1/products/claims/fraud_signals')
  const unread = port.columns.map(({ name }) => name).filter((name) => !told.columns.some(({ column }) => column === name))
  const never = page.locator('section', { has: page.getByRole('heading', { name: 'Never read since the audit began' }) })
  assert.equal(await never.getByRole('listitem').count(), unread.length)
  for (const name of unread) await never.getByRole('listitem').getByText(name, { exact: true }).waitFor()
  await page.getByRole('region', { name: 'Who reads it' }).getByRole('link', { name: 'ana' }).waitFor()

  await page.getByRole('link', { name: '7 days' }).click()
  await page.getByRole('img', { name: /Statements on each of 7 days/ }).waitFor()
  assert.equal(param(page, 'days'), '7')
  await page.getByRole('link', { name: 'View as table' }).click()
  assert.equal(param(page, 'as'), 'table')
  const rows = page.getByRole('region', { name: 'Statements per day' }).locator('tbody tr')
  await rows.first().waitFor()
  const week = (await call(world, 'sam', 'GET', '/api/v1/products/claims/fraud_signals/usage?days=7')).days
  const shown = (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))
  assert.deepEqual(shown, week.map(({ day, statements }) => `${day} ${statements}`).reverse())
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()])
  const csv = await readFile(await file.path(), 'utf8')
  assert.equal(csv, ['Day,Statements', ...week.map(({ day, statements }) => `${day},${statements}`)].map((line) => `${line}\r\n`).join(''))
  await page.goBack()
  await page.getByRole('heading', { name: 'What it is' }).waitFor()
  await page.context().close()
}

async function usageOfAReader(world) {
  const { base, tokens, asPerson } = world
  const { domain } = await released(world, 1)
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/p/claims/fraud_signals/usage?days=90')
  await page.getByText(/in 90 days, last read /).waitFor()
  await page.getByText(/is told only to those who decide on it/).waitFor()
  assert.equal(await page.getByRole('heading', { name: 'Columns by use' }).count(), 0)
  await page.goto(`${base}/p/customer/customer_master/usage`)
  await page.getByRole('link', { name: 'claims.fraud_signals' }).waitFor()
  await page.goto(`${base}/p/${domain}/letters/usage`)
  await page.getByText('Nobody has read it yet.').waitFor()
  await page.context().close()
}

/** Ana's requests, more than one page of activity has. */
async function manyRequests(world, product) {
  for (let at = 0; at < 27; at += 1) {
    const { id } = await ask(world, 'ana', '/requests', { product, purpose: 'fraud-detection', reason: 'Letters about claims' })
    await call(world, 'ana', 'DELETE', `/api/v1/requests/${id}`)
  }
}

async function activity(world) {
  const { base, tokens, asPerson } = world
  const { domain, publish } = await released(world)
  await manyRequests(world, `${domain}.letters`)
  const page = await asPerson({ live: true })
  const path = `/p/${domain}/letters/activity`
  await signIn(page, base, tokens.clea, path)
  await page.getByText(/^ana took the request back \(req-\d+\)$/).first().waitFor()
  await page.getByRole('heading', { name: /^Today, / }).waitFor()
  assert.equal(await page.getByText('applied version 1.0.0').count(), 0)
  await page.getByRole('button', { name: 'Show older' }).click()
  await page.getByText('clea applied version 1.0.0: the contract, the rules of access, how it is made and the files beside it are new').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Show older' }).count(), 0)

  await page.getByRole('link', { name: 'Publications', exact: true }).click()
  await page.getByText(/^clea published version 1\.0\.0 as publication pub-\d+$/).waitFor()
  assert.equal(param(page, 'about'), 'publication')
  assert.equal(await page.getByText(/asked for access/).count(), 0)
  // What is published meanwhile comes by itself.
  await publish()
  await page.getByText(/^clea published version 2\.0\.0 as publication pub-\d+ · What changed since 1\.1\.0$/).waitFor()
  await page.getByRole('link', { name: 'What changed since 1.0.0' }).click()
  await page.waitForURL(/from=1\.0\.0&to=1\.1\.0/)
  await page.goBack()
  await page.getByRole('link', { name: /^pub-\d+$/ }).last().click()
  await page.getByText(/The contract that pub-\d+ was published under/).waitFor()
  assert.match(await page.getByRole('region', { name: 'Contract' }).innerText(), /^version: 1\.0\.0$/m)
  await page.context().close()

  const stranger = await asPerson()
  await signIn(stranger, base, tokens.ana, path)
  await stranger.getByText(/^ana asked for access/).first().waitFor()
  await stranger.getByRole('link', { name: 'Publications', exact: true }).click()
  await stranger.getByText(/^Version 2\.0\.0 was published as publication pub-\d+ · /).waitFor()
  assert.equal(await main(stranger).getByText('clea').count(), 0)
  await stranger.getByRole('link', { name: 'Declarations' }).click()
  await stranger.getByText(/These are told to those who decide on the product/).waitFor()
  await stranger.context().close()
  routes.push(['activity-owner', path, 'clea'])
}

const gates = [
  { publication: 'pub-903', version: '1.1.0', at: '2026-11-27T10:00:00Z', current: true, quality: { passed: 34, failed: 1, not_evaluated: 0 } },
  { publication: 'pub-902', version: '1.1.0', at: '2026-11-26T10:00:00Z', current: false, quality: { passed: 33, failed: 0, not_evaluated: 2 } },
  { publication: 'pub-901', version: '1.0.0', at: '2026-11-25T10:00:00Z', current: false, quality: { passed: 35, failed: 0, not_evaluated: 0 } },
]

const cellsOf = (page) => page.getByRole('list', { name: 'Publications, oldest first' }).getByRole('link')

const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString()

async function qualityOverTime({ base, tokens, asPerson, out }) {
  const page = await asPerson()
  await changed(page, /\/products\/claims\/fraud_signals(\?.*)?$/, (body) => ({
    ...body,
    history: gates,
    promises: [{ within: '1h', newest: ago(185), late_from: ago(125), state: 'late' }],
  }))
  await signIn(page, base, tokens.ana, '/p/claims/fraud_signals/quality')
  await page.getByText('Rules failed in 1 of the 3 newest publications.').waitFor()
  await page.getByText('34 rules passed, 1 failed').waitFor()
  const cells = cellsOf(page)
  assert.deepEqual(await cells.allInnerTexts(), ['✓', '–', '!'])
  await cells.first().focus()
  await page.getByText(/^pub-901 · version 1\.0\.0 · /).waitFor()
  await page.keyboard.press('Tab')
  await page.getByText(/^pub-902 · .+33 rules passed, 2 not evaluated$/).waitFor()
  await page.getByText('As a table').click()
  await page.getByRole('row', { name: /^pub-903 served now 1\.1\.0 2026-11-27 10:00:00 UTC 34 1 0$/ }).waitFor()
  await page.getByText('The newest data is 3 h 5 min old, 2 h 5 min older than the 1 h that is promised.').waitFor()
  await page.getByText(/^Late since \d{4}-\d\d-\d\d \d\d:\d\d UTC \(2 hours ago\)\.$/).waitFor()
  for (const [width, colorScheme] of [[1440, 'light'], [390, 'light'], [1440, 'dark'], [390, 'dark']]) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await noViolation(page)
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/quality-late-${width}-${colorScheme}.png` })
  }
  await page.context().close()
}

/** The rules of an earlier publication are an address, and the way back is on the page. */
async function rulesOfEach(world) {
  const { base, tokens, asPerson } = world
  const { domain } = await released(world, 2)
  const page = await asPerson({ provokes: /404/ })
  const path = `/p/${domain}/letters/quality`
  await signIn(page, base, tokens.clea, path)
  await page.getByRole('heading', { name: 'Rules of what is served' }).waitFor()
  const cells = cellsOf(page)
  const open = () => cells.evaluateAll((all) => all.map((cell) => cell.hasAttribute('aria-current')))
  assert.deepEqual(await open(), [false, true])
  await cells.first().focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /^Rules of pub-\d+$/ }).waitFor()
  const { history } = await call(world, 'clea', 'GET', `/api/v1/products/${domain}/letters`)
  const earlier = history.at(-1).publication
  assert.equal(param(page, 'publication'), earlier)
  const { rules } = await call(world, 'clea', 'GET', `/api/v1/products/${domain}/letters/quality?publication=${earlier}`)
  assert.equal(await page.getByRole('region', { name: 'Rules of the contract' }).locator('tbody tr').count(), rules.length)
  await page.reload()
  await page.getByRole('heading', { name: `Rules of ${earlier}` }).waitFor()
  assert.deepEqual(await open(), [true, false])
  await page.getByRole('link', { name: 'Rules of what is served' }).click()
  await page.getByRole('heading', { name: 'Rules of what is served' }).waitFor()
  assert.equal(param(page, 'publication'), null)
  // One that is not known leaves the way to those that are.
  await page.goto(`${base}${path}?publication=pub-1`)
  await main(page).getByRole('alert').waitFor()
  await cells.last().click()
  await page.getByRole('heading', { name: 'Rules of what is served' }).waitFor()
  await page.context().close()
  routes.push(['quality-earlier', `${path}?publication=${earlier}`, 'clea'])
}

async function contracts(world) {
  const { base, tokens, asPerson } = world
  const { domain, publish } = await released(world)
  await publish()
  const path = `/p/${domain}/letters/contract`
  const page = await asPerson()
  await signIn(page, base, tokens.clea, path)
  const text = page.getByRole('region', { name: 'Contract', exact: true })
  await text.getByText(/^version: 2\.0\.0$/m).waitFor()
  await page.getByLabel('Version', { exact: true }).selectOption('1.0.0')
  await text.getByText(/^version: 1\.0\.0$/m).waitFor()
  assert.equal(param(page, 'version'), '1.0.0')
  await page.getByRole('link', { name: 'Compare with what is served' }).click()
  await page.waitForURL(/from=1\.0\.0&to=current/)

  await page.goto(`${base}${path}/diff?from=1.0.0&to=1.1.0`)
  await page.getByRole('link', { name: 'Side by side' }).click()
  const sides = page.getByRole('region', { name: 'Contract texts' })
  await sides.getByRole('row', { name: /gone: version: 1\.0\.0 .*new: version: 1\.1\.0/ }).waitFor()
  await page.getByText('2 lines gone from 1.0.0, 3 lines new in 1.1.0.').waitFor()
  assert.equal(param(page, 'view'), 'text')
  await page.getByLabel('To', { exact: true }).selectOption('2.0.0')
  await sides.getByRole('row', { name: /new: version: 2\.0\.0/ }).waitFor()
  assert.equal(param(page, 'view'), 'text')
  await page.setViewportSize({ width: 390, height: 900 })
  await sides.getByRole('row', { name: /^\d+ gone: version: 1\.0\.0$/ }).waitFor()
  await page.getByRole('link', { name: 'Changes' }).click()
  await page.getByRole('heading', { name: /^Breaking \(/ }).waitFor()
  await page.context().close()
  routes.push(['contract-sides', `${path}/diff?from=1.0.0&to=2.0.0&view=text`, 'clea'], ['contract-older', `${path}?version=1.0.0`, 'clea'])
}

const columns = (words) =>
  Array.from({ length: 500 }, (_, at) => {
    const lines = [`- name: column_${at}`, '  logicalType: string', '  required: true', `  description: What ${words(at)} is`, '  examples: [a, b, c]']
    return lines.map((line) => `      ${line}\n`).join('')
  }).join('')

async function largeContracts(world) {
  const { base, tokens, asPerson } = world
  const { domain } = await released(world, 2)
  const page = await asPerson()
  await page.route(/\/letters\/contract\?version=/, (route) => {
    const old = route.request().url().includes('1.0.0')
    const body = `schema:\n  - name: letters\n    properties:\n${columns((at) => (old || at % 2 > 0 ? at : `the new ${at}`))}`
    return route.fulfill({ status: 200, contentType: 'application/yaml', body })
  })
  await signIn(page, base, tokens.clea, `/p/${domain}/letters/contract/diff?from=1.0.0&to=1.1.0`)
  await page.getByRole('heading', { name: /^Additive/ }).waitFor()
  // Both texts are at hand then; what counts is what the page does with them.
  await page.getByRole('link', { name: 'Side by side' }).click()
  await page.getByText('250 lines gone from 1.0.0, 250 lines new in 1.1.0.').waitFor()
  const click = (name) =>
    page.evaluate(async (text) => {
      const found = [...document.querySelectorAll('main button, main a')].find((element) => element.textContent.startsWith(text))
      const begun = performance.now()
      found.click()
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
      return performance.now() - begun
    }, name)
  await inTime('500 columns: from the changes to the texts', 200, async () => {
    await click('Changes')
    await page.getByRole('heading', { name: /^Additive/ }).waitFor()
    return click('Side by side')
  })
  await page.getByRole('region', { name: 'Contract texts' }).waitFor()
  await inTime('500 columns: 300 more lines', 200, () => click('Show 300 more lines'))
  await page.context().close()
}

const HOSTILE = `<img src=x onerror="document.title='broken'"> **bold** and \`code\`, [the bank](javascript:alert(1)) \u202Eturned

- ${'w'.repeat(300)}
- [wiki](https://wiki.example/claims)`

async function overview(world) {
  const { base, tokens, asPerson, out } = world
  const { domain } = await released(world)
  const page = await asPerson()
  await signIn(page, base, tokens.clea, `/p/${domain}/letters/overview`)
  await page.getByText('Version 2.0.0 is applied and not published yet: 1 breaking').waitFor()
  const port = main(page).locator('.port')
  await port.getByText('Key', { exact: true }).waitFor()
  await port.getByText('id', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'See the changes' }).click()
  await page.waitForURL(/from=1\.1\.0&to=declared/)
  await page.context().close()

  const stranger = await asPerson({ viewport: { width: 320, height: 900 } })
  await changed(stranger, /\/products\/claims\/fraud_signals(\?.*)?$/, (body) => ({ ...body, purpose: HOSTILE, usage: HOSTILE, limitations: HOSTILE }))
  await signIn(stranger, base, tokens.ana, `/p/${domain}/letters/overview`)
  await stranger.getByText(/^None yet\. The group .+ decides/).waitFor()
  await stranger.getByText(/stand here once you have access/).waitFor()
  assert.equal(await stranger.getByRole('heading', { name: 'Next change' }).count(), 0)
  await stranger.goto(`${base}/p/claims/fraud_signals/overview`)
  await stranger.getByText('bold', { exact: true }).first().waitFor()
  for (const width of [320, 1440]) {
    await stranger.setViewportSize({ width, height: 900 })
    await noWiderThanWindow(stranger, `${width} px`)
    if (process.env.SCREENSHOTS) await stranger.screenshot({ path: `${out}/overview-hostile-${width}-light.png` })
  }
  assert.equal(await main(stranger).locator('img, script').count(), 0)
  assert.deepEqual(await main(stranger).locator('.markdown a').evaluateAll((links) => [...new Set(links.map(({ href, rel }) => `${href} ${rel}`))]), [
    'https://wiki.example/claims noopener noreferrer',
  ])
  assert.doesNotMatch(await stranger.title(), /broken/)
  await stranger.getByRole('link', { name: 'Open in SQL, port signals' }).click()
  await stranger.waitForURL(/\/sql\?product=claims\.fraud_signals&port=signals/)
  await stranger.context().close()
}

export const steps = [
  ['sam sees how much a product is read, by whom, and which columns nobody needs', usageOfAnOwner],
  ['ana sees how much, and why nobody is named', usageOfAReader],
  ['what happened to a product is a stream of sentences that goes on by itself', activity],
  ['the gates of the last publications and a broken promise are seen at a glance', qualityOverTime],
  ['the rules of each publication have an address', rulesOfEach],
  ['older contracts are read, and two are set side by side', contracts],
  ['contracts of 500 columns are set side by side at once', largeContracts],
  ['the overview says what it is, what is unique and what comes next; hostile text stays text', overview],
]
