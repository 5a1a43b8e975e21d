import assert from 'node:assert/strict'
import { call } from '../call.mjs'
import { noWiderThanWindow } from '../fits.mjs'
import { signIn } from '../sign-in.mjs'
import { SQL, chip, empty, keep } from '../sql/kept.mjs'
import { PURPOSE, button, editorOf, write } from '../sql/page.mjs'

const ABSENT = '/sql/q/018f0000-0000-7000-8000-000000000000'
const PROBLEM = 'application/problem+json'
const queries = (page) => page.getByRole('list', { name: 'Queries' })
const path = (page) => new URL(page.url()).pathname
const notFound = (page) => page.getByRole('heading', { level: 1, name: 'Not found' })

async function save(world) {
  const { base, tokens, asPerson } = world
  await empty(world, 'ana')
  const page = await asPerson()
  await signIn(page, base, tokens.ana, PURPOSE)
  await write(page, SQL)
  await button(page, 'Save').click()
  const dialog = page.getByRole('dialog', { name: 'Save the query' })
  await dialog.getByText('whoever runs it reads under their own rights').waitFor()
  await dialog.getByText('It is run for fraud-detection').waitFor()
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.getByText('Give it a name.').waitFor()
  assert.equal(await dialog.getByLabel('Name').evaluate((field) => field === document.activeElement), true)
  await dialog.getByLabel('Name').fill('Seven claims')
  await dialog.getByText('Only you see it.').waitFor()
  await dialog.getByLabel('Share with').selectOption('group:fraud-analysts')
  await dialog.getByText('sees the text itself, with the values that are written in it').waitFor()
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await page.waitForURL(/\/sql\/q\/[0-9a-f-]{36}/)
  const id = path(page).split('/').at(-1)
  assert.ok(!page.url().includes('SELECT') && !page.url().includes('claim'), 'the address has the id and nothing of the text')
  await chip(page, 'Saved').waitFor()

  await write(page, `${SQL} -- edited`)
  await chip(page, 'Unsaved changes').waitFor()
  await queries(page).getByRole('button', { name: /^Seven claims.*unsaved changes$/ }).waitFor()
  await button(page, 'New query').click()
  await page.waitForURL((url) => url.pathname === '/sql')
  await page.getByText('Not saved. The text is in this browser tab only.').waitFor()
  await queries(page).getByRole('button', { name: /^Seven claims/ }).click()
  await page.waitForURL((url) => url.pathname === `/sql/q/${id}`)
  await editorOf(page).getByText('-- edited').waitFor()
  await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link', { name: 'Home' }).click()
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
  await page.goBack()
  await editorOf(page).getByText('-- edited').waitFor()
  await chip(page, 'Unsaved changes').waitFor()
  await page.keyboard.press('Escape')
  await button(page, 'Save').click()
  await chip(page, 'Unsaved changes').waitFor({ state: 'detached' })
  const kept = await call(world, 'ana', 'GET', `/api/v1/queries/${id}`)
  assert.deepEqual([kept.sql, kept.purpose, kept.shared_with], [`${SQL} -- edited`, 'fraud-detection', 'group:fraud-analysts'])
  // Another purpose is a change as well.
  await page.getByLabel('Purpose').selectOption('')
  await chip(page, 'Unsaved changes').waitFor()
  await page.getByLabel('Purpose').selectOption('fraud-detection')
  await chip(page, 'Unsaved changes').waitFor({ state: 'detached' })
  await page.context().close()
}

async function shared(world) {
  const { base, tokens, asPerson } = world
  await Promise.all([empty(world, 'ana'), empty(world, 'rajan')])
  const { id } = await keep(world, 'ana', { name: 'Ring of claims', shared_with: 'group:fraud-analysts' })
  const rajan = await asPerson()
  await signIn(rajan, base, tokens.rajan, `/sql/q/${id}`)
  await editorOf(rajan).getByText('LIMIT 7').waitFor()
  await rajan.getByText('Of ana, shared with group fraud-analysts').waitFor()
  assert.equal(await button(rajan, 'Save').count(), 0, 'only the owner changes it')
  assert.equal(await rajan.getByLabel('Purpose').inputValue(), 'fraud-detection')
  await write(rajan, 'SELECT 2 AS two')
  await button(rajan, 'Save as').click()
  const dialog = rajan.getByRole('dialog', { name: 'Save as a query of yours' })
  assert.equal(await dialog.getByLabel('Name').inputValue(), 'Ring of claims')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await rajan.waitForURL((url) => url.pathname.startsWith('/sql/q/') && !url.pathname.endsWith(id))
  await rajan.getByText('Yours, shared with nobody').waitFor()
  assert.equal((await call(world, 'ana', 'GET', `/api/v1/queries/${id}`)).sql, SQL)
  await rajan.goto(`${base}/sql/saved?whose=shared`)
  await rajan.getByRole('region', { name: 'Saved queries' }).getByRole('link', { name: 'Ring of claims' }).waitFor()
  assert.equal(await rajan.getByRole('button', { name: /^(Edit|Delete) / }).count(), 0)
  // It is taken from rajan while it is open: its text stays in his tab.
  await rajan.getByRole('link', { name: 'Ring of claims' }).click()
  await editorOf(rajan).getByText('LIMIT 7').waitFor()
  await call(world, 'ana', 'PUT', `/api/v1/queries/${id}`, { name: 'Ring of claims', sql: SQL })
  await rajan.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'visible' })
  })
  await rajan.clock.install()
  await rajan.clock.fastForward(60_000)
  await rajan.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
  await rajan.getByText('was deleted or is no longer shared with you').waitFor()
  await editorOf(rajan).getByText('LIMIT 7').waitFor()
  await rajan.context().close()

  const words = []
  for (const [person, at] of [['rajan', `/sql/q/${id}`], ['amal', `/sql/q/${id}`], ['amal', ABSENT], ['amal', '/sql/q/no%20id']]) {
    const page = await asPerson()
    await signIn(page, base, tokens[person], at)
    await notFound(page).waitFor()
    words.push(await page.locator('main').innerText())
    await page.context().close()
  }
  assert.equal(new Set(words).size, 1, 'what is somebody else’s looks like what is absent')
  await Promise.all([empty(world, 'ana'), empty(world, 'rajan')])
}

async function list(world) {
  const { base, tokens, asPerson } = world
  await Promise.all([empty(world, 'ana'), empty(world, 'rajan')])
  const { id } = await keep(world, 'ana', { name: 'First of claims', shared_with: 'everybody' })
  await keep(world, 'ana', { name: 'Second of claims' })
  await keep(world, 'rajan', { name: 'Of rajan', shared_with: 'everybody' })
  const page = await asPerson()
  await signIn(page, base, tokens.ana, PURPOSE)
  await page.getByRole('link', { name: 'Saved queries', exact: true }).click()
  const table = page.getByRole('region', { name: 'Saved queries' })
  await table.getByRole('link', { name: 'Of rajan' }).waitFor()
  await page.getByRole('link', { name: 'Mine', exact: true }).click()
  await table.getByRole('link', { name: 'Of rajan' }).waitFor({ state: 'detached' })
  await page.getByLabel('Search saved queries').fill('FIRST')
  await table.getByRole('link', { name: 'Second of claims' }).waitFor({ state: 'detached' })
  assert.equal(new URL(page.url()).search, '?whose=mine&find=FIRST')
  await page.getByText('1 query', { exact: true }).waitFor()
  await table.getByRole('link', { name: 'First of claims' }).click()
  await editorOf(page).getByText('LIMIT 7').waitFor()
  await page.goBack()

  await table.getByRole('button', { name: 'Edit First of claims' }).click()
  const edit = page.getByRole('dialog', { name: 'Edit the saved query' })
  await edit.getByLabel('Name').fill('x'.repeat(121))
  await edit.getByRole('button', { name: 'Save', exact: true }).click()
  await edit.getByText('The name has 121 characters; at most 120 fit.').waitFor()
  await edit.getByLabel('Name').fill('a\u202Eb')
  await edit.getByRole('button', { name: 'Save', exact: true }).click()
  await edit.getByText('The name has a character that cannot be seen').waitFor()
  await edit.getByLabel('Name').fill('First <b>renamed</b>')
  await edit.getByLabel('Share with').selectOption('')
  await edit.getByRole('button', { name: 'Save', exact: true }).click()
  await edit.waitFor({ state: 'detached' })
  await table.getByRole('link', { name: 'First <b>renamed</b>' }).waitFor()
  const renamed = await call(world, 'ana', 'GET', `/api/v1/queries/${id}`)
  assert.deepEqual([renamed.sql, renamed.purpose, renamed.shared_with ?? null], [SQL, 'fraud-detection', null])
  await table.getByRole('link', { name: 'First <b>renamed</b>' }).click()
  await queries(page).getByRole('button', { name: 'First <b>renamed</b>', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const share = page.getByRole('dialog', { name: 'Share the saved query' })
  await share.getByLabel('Share with').selectOption('group:fraud-analysts')
  await share.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Yours, shared with group fraud-analysts').waitFor()
  await page.goBack()

  await table.getByRole('button', { name: /^Delete First/ }).click()
  const confirm = page.getByRole('dialog', { name: 'Delete the saved query?' })
  await confirm.getByText('links to it stop working').waitFor()
  await confirm.getByRole('button', { name: 'Delete', exact: true }).click()
  await table.waitFor({ state: 'detached' })
  await page.getByText('No saved query matches “FIRST”.').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'saved-find', 'the focus is not lost with the line')
  await page.goto(`${base}/sql/q/${id}`)
  await notFound(page).waitFor()
  await page.context().close()
  await Promise.all([empty(world, 'ana'), empty(world, 'rajan')])
}

async function changedElsewhere(world) {
  const { base, tokens, asPerson } = world
  await empty(world, 'ana')
  const { id } = await keep(world, 'ana', { name: 'Changing' })
  const page = await asPerson()
  await signIn(page, base, tokens.ana, `/sql/q/${id}`)
  await write(page, 'SELECT mine')
  await call(world, 'ana', 'PUT', `/api/v1/queries/${id}`, { name: 'Changing', sql: 'SELECT theirs' })
  await page.clock.install()
  await page.clock.fastForward(60_000)
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
  await page.getByText('Loading it gives up your changes here.').waitFor()
  await editorOf(page).getByText('SELECT mine').waitFor()
  await button(page, 'Load what is saved now').click()
  await editorOf(page).getByText('SELECT theirs').waitFor()
  await page.getByText('This query was changed elsewhere').waitFor({ state: 'detached' })
  await page.context().close()
  await empty(world, 'ana')
}

async function refusals(world) {
  const { base, tokens, asPerson } = world
  await empty(world, 'edda')
  const page = await asPerson({ provokes: /status of 413/ })
  await signIn(page, base, tokens.edda, '/sql')
  await write(page, `SELECT '${'x'.repeat(64 << 10)}'`)
  await button(page, 'Save').click()
  const dialog = page.getByRole('dialog', { name: 'Save the query' })
  await dialog.getByLabel('Name').fill('Too long')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.getByText('A query that is kept has at most 64 KiB.').waitFor()
  assert.equal(await dialog.getByLabel('Name').inputValue(), 'Too long')
  await page.keyboard.press('Escape')
  for (let made = 0; made < 500; made += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, at) => keep(world, 'edda', { name: `Query ${made + at}`, purpose: undefined })))
  }
  await write(page, 'SELECT 1')
  await button(page, 'Save').click()
  await dialog.getByLabel('Name').fill('One too many')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.getByText('Nobody keeps more than 500 queries.').waitFor()
  assert.equal(await dialog.getByLabel('Name').inputValue(), 'One too many')
  // The server keeps what it is given, so what it shows may be anything.
  const { items } = await call(world, 'edda', 'GET', '/api/v1/queries?limit=1')
  await call(world, 'edda', 'PUT', `/api/v1/queries/${items[0].id}`, { name: `<img src=x onerror=alert(1)>${'W'.repeat(90)}`, sql: 'SELECT 1' })
  await page.setViewportSize({ width: 320, height: 800 })
  for (const at of ['/sql/saved', `/sql/q/${items[0].id}`]) {
    await page.goto(base + at)
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor()
    await noWiderThanWindow(page, at)
  }
  await page.context().close()
  await empty(world, 'edda')
}

async function sessionEnds(world) {
  const { base, tokens, asPerson } = world
  await empty(world, 'ana')
  const page = await asPerson()
  await signIn(page, base, tokens.ana, PURPOSE)
  await write(page, SQL)
  await button(page, 'Save').click()
  const dialog = page.getByRole('dialog', { name: 'Save the query' })
  await dialog.getByLabel('Name').fill('Kept over the end')
  await dialog.getByLabel('Share with').selectOption('everybody')
  const expired = { status: 401, contentType: PROBLEM, body: '{"code":"credential-expired","detail":"expired"}' }
  await page.route('**/api/v1/queries', (route) => route.fulfill(expired))
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('The token is no longer valid').waitFor()
  await page.unroute('**/api/v1/queries')
  await page.getByLabel('Token').fill(tokens.ana)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await dialog.waitFor()
  assert.equal(await dialog.getByLabel('Name').inputValue(), 'Kept over the end')
  assert.equal(await dialog.getByLabel('Share with').inputValue(), 'everybody')
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await page.waitForURL(/\/sql\/q\//)
  const { items } = await call(world, 'ana', 'GET', '/api/v1/queries')
  assert.deepEqual(items.map(({ name, shared_with: share }) => [name, share]), [['Kept over the end', 'everybody']])
  await page.context().close()
  await empty(world, 'ana')
}

export const steps = [
  ['ana saves a query, changes it and saves it again', save],
  ['a shared query is read by the group, changed by its owner, and absent for everybody else', shared],
  ['saved queries are searched, renamed and deleted', list],
  ['a query that was changed elsewhere is loaded when its person says so', changedElsewhere],
  ['a query too long or one too many is refused in the dialog, hostile names are names', refusals],
  ['a session that ends while saving keeps the dialog with its input', sessionEnds],
]

export const routes = [
  ['desk-absent', ABSENT],
  ['desk-saved-empty', '/sql/saved', 'iris'],
  ['desk-unsaved', '/sql', 'iris'],
]
