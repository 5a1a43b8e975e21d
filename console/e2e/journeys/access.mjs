import assert from 'node:assert/strict'
import { ask, decide } from '../call.mjs'
import { signIn } from '../sign-in.mjs'

const inAccess = (page, product) =>
  page.getByRole('region', { name: 'Access', exact: true }).getByRole('link', { name: product, exact: true })

async function findAndAsk({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana)
  await page.keyboard.press('/')
  await page.keyboard.type('fraud')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Fraud signals' }).click()
  await page.getByRole('heading', { level: 1, name: 'Fraud signals' }).waitFor()
  await page.getByRole('link', { name: 'Schema' }).click()
  await page.getByText('A token; equal values have equal tokens').waitFor()
  await page.getByRole('link', { name: 'Sample' }).click()
  await page.getByRole('link', { name: 'Rows as you see them' }).click()
  await page.getByText('You see these rows because of').waitFor()

  await page.goto(`${base}/p/policy/policies_active/access?request=true`)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send request' }).click()
  await dialog.getByText('Choose a purpose.').waitFor()
  await dialog.getByLabel('Purpose').selectOption('fraud-detection')
  await dialog.getByLabel('Reason').fill('Check the cover of suspicious claims')
  await dialog.getByRole('button', { name: 'Send request' }).click()
  await dialog.getByText('Your request is sent').waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.goto(`${base}/my-access`)
  await page.getByRole('button', { name: /^Withdraw req-/ }).waitFor()
  assert.equal(await inAccess(page, 'policy.policies_active').count(), 0)
  await page.context().close()
}

async function approveByKeyboard({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.stella)
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.getByRole('heading', { level: 2, name: 'ana asks for policy.policies_active' }).waitFor()
  await page.getByText('policy_no, customer_id').waitFor()
  await page.keyboard.press('d')
  await page.getByRole('dialog').getByText('Deny the request?').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('y')
  await page.getByRole('dialog').getByText('Approve the request?').waitFor()
  await page.keyboard.type('fine for claims')
  const note = await page.getByRole('dialog').getByLabel('Note (optional)').inputValue()
  if (note !== 'fine for claims') throw new Error(`what was typed did not arrive in the note, which holds "${note}"`)
  await page.keyboard.press('Tab')
  const approve = page.getByRole('dialog').getByRole('button', { name: 'Approve' })
  for (let tabs = 0; tabs < 10 && !(await approve.evaluate((element) => element === document.activeElement)); tabs += 1) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.getByText('No request waits for your decision.').waitFor()
  await page.context().close()
}

async function seesAccess({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/my-access')
  await inAccess(page, 'policy.policies_active').waitFor()
  const row = page.getByRole('region', { name: 'Requests' }).getByRole('row').filter({ hasText: 'policy.policies_active' }).first()
  await row.getByRole('link', { name: /^req-/ }).click()
  await page.getByRole('link', { name: 'Query policy.policies_active' }).click()
  await page.getByRole('textbox', { name: 'SQL', exact: true }).getByText('policy.policies_active').waitFor()
  await page.goto(`${base}/my-access`)
  // Taken back at the end, so that the journey can run again on the same mesh.
  await page.getByRole('button', { name: /^End access of req-/ }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'End access' }).click()
  await inAccess(page, 'policy.policies_active').waitFor({ state: 'detached' })
  await row.getByText('Approved, access ended').waitFor()
  await page.context().close()
}

/** Opens the request in the decider's inbox and gives the table of invented rows: its headers and its cells, as texts. */
async function inventedRows({ base, tokens, asPerson }, person, id, port) {
  const page = await asPerson()
  const answer = page.waitForResponse(`**/api/v1/requests/${id}/sample`)
  await signIn(page, base, tokens[person], `/inbox?id=${id}`)
  await page.getByRole('heading', { level: 3, name: 'How it would look, on invented rows' }).waitFor()
  const table = page.getByRole('region', { name: `Invented rows of ${port}`, exact: true })
  await table.waitFor()
  const headers = await table.getByRole('columnheader').allInnerTexts()
  const cells = await table.getByRole('cell').allInnerTexts()
  const treated = await table.locator('td[data-treated=true]').count()
  await answer
  await page.context().close()
  const at = (name) => headers.findIndex((text) => text.startsWith(`${name}\n`))
  const column = (name) => cells.filter((_, cell) => cell % headers.length === at(name))
  return { header: (name) => headers[at(name)], column, rows: cells.length / headers.length, treated }
}

/** The rows of a port as ana reads them, a line each: what a steward must not see. */
async function realRows({ base, tokens }, product, port) {
  const path = `/api/v1/products/${product.replace('.', '/')}/sample?port=${port}&own=true&purpose=fraud-detection`
  const response = await fetch(base + path, { headers: { authorization: `Bearer ${tokens.ana}` } })
  assert.ok(response.ok, `ana's own rows: ${response.status}`)
  return (await response.text()).trim().split('\n').slice(1)
}

async function clearCells(world) {
  const { id, takeBack } = await ask(world, 'ana', { product: 'policy.policies_active' })
  try {
    const { header, column, rows, treated } = await inventedRows(world, 'stella', id, 'policies')
    assert.deepEqual({ rows, treated }, { rows: 5, treated: 0 })
    assert.match(header('policy_no'), /The value$/)
    for (const value of column('policy_no')) assert.match(value, /^P-\d{10}$/)
  } finally {
    await takeBack()
  }
}

async function tokenCells(world) {
  const { id, takeBack } = await ask(world, 'ana', { product: 'claims.fraud_signals' })
  try {
    const { header, column, rows, treated } = await inventedRows(world, 'sam', id, 'signals')
    assert.deepEqual({ rows, treated }, { rows: 5, treated: 5 })
    assert.match(header('claim_id'), /The value$/)
    assert.match(header('customer_national_id'), /Masked: A token; equal values have equal tokens$/)
    const tokens = column('customer_national_id')
    for (const token of tokens) assert.match(token, /^[0-9a-f]{32}$/)
    // Tokens of the data are made with another key, so one that is equal would be one of the data.
    const real = await realRows(world, 'claims.fraud_signals', 'signals')
    assert.ok(real.some((line) => /[0-9a-f]{32}/.test(line)), 'the rows of the data have tokens')
    assert.ok(!real.some((line) => tokens.some((token) => line.includes(token))), 'a token of the data is shown')
  } finally {
    await takeBack()
  }
}

async function withdrawnTooLate(world) {
  const { base, tokens, asPerson } = world
  const { id } = await ask(world, 'ana', { product: 'policy.policies_active' })
  const page = await asPerson()
  await signIn(page, base, tokens.ana, `/requests/${id}`)
  await page.getByRole('button', { name: 'Withdraw' }).click()
  await decide(world, 'stella', id, 'approve')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Withdraw' }).click()
  await dialog.getByText('It was approved a moment before.').waitFor()
  await dialog.getByRole('heading', { name: 'Withdraw the request?' }).waitFor()
  await dialog.getByText('Close', { exact: true }).click()
  await page.getByText('Access was ended').waitFor()
  await page.context().close()
}

async function effectAbsent(world) {
  const { base, tokens, asPerson } = world
  const { id, takeBack } = await ask(world, 'ana', { product: 'policy.policies_active' })
  try {
    const page = await asPerson({ provokes: /503/ })
    let answer = { json: { ports: [{ port: 'p', columns: [{ name: 'a', treatment: 'null' }, { name: 'b', treatment: 'clear' }], rows: [[null, 'x']] }] } }
    await page.route('**/sample', (route) => route.fulfill(answer))
    await signIn(page, base, tokens.stella, `/inbox?id=${id}`)
    const table = page.getByRole('region', { name: 'Invented rows of p' })
    await table.getByRole('cell').first().waitFor()
    assert.deepEqual(await table.getByRole('cell').allInnerTexts(), ['NULL', 'x'])
    answer = { json: { ports: [] } }
    await page.reload()
    await page.getByText('Nothing to show: no port could be read.').waitFor()
    answer = { status: 503, contentType: 'application/problem+json', body: '{"code":"unavailable","detail":"not now"}' }
    await page.reload()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    // The decision does not depend on it.
    await page.getByRole('button', { name: /^Approve/ }).waitFor()
    await page.context().close()
  } finally {
    await takeBack()
  }
}

async function oneAction({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/p/finance/premium_ledger/access')
  await page.getByRole('heading', { level: 2, name: 'How to get access' }).waitFor()
  assert.deepEqual(await page.locator('main .button-main').allInnerTexts(), ['Request access'])
  await page.goto(`${base}/my-access`)
  for (const name of ['Access', 'Requests']) {
    const heads = page.getByRole('region', { name, exact: true }).getByRole('columnheader')
    await heads.first().waitFor()
    assert.equal((await heads.allTextContents()).at(-1), 'Actions', `the last column of ${name}`)
  }
  await page.context().close()
}

export const steps = [
  ['ana finds the fraud signals and asks for the policies', findAndAsk],
  ['stella approves in the inbox by keyboard', approveByKeyboard],
  ['ana sees the access listed', seesAccess],
  ['a product page has one main action, and columns of buttons are called actions', oneAction],
  ['a request that was approved meanwhile is taken back with its access, and said so', withdrawnTooLate],
  ['stella sees what a request would show on invented rows, in the clear', clearCells],
  ['sam sees a masked column as tokens, none of them of the data', tokenCells],
  ['an effect that is empty, or cannot be read, is told beside the request', effectAbsent],
]

export const routes = [
  ['my-access', '/my-access'],
  ['request', '/p/finance/premium_ledger/access?request=true'],
  ['inbox-empty', '/inbox'],
]
