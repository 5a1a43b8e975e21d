import assert from 'node:assert/strict'
import { call } from '../call.mjs'
import { noWiderThanWindow } from '../fits.mjs'
import { signIn } from '../sign-in.mjs'

async function auditorAsks(world) {
  const { base, tokens, asPerson } = world
  const page = await asPerson()
  await signIn(page, base, tokens.iris)
  await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link', { name: 'Audit' }).click()
  await page.getByText('The chain holds.').waitFor()
  await page.getByLabel('What').fill('entitlement granted')
  await page.getByLabel('Who', { exact: true }).fill('user:sam')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.waitForURL(/actor=user%3Asam/)
  const { items } = await call(world, 'iris', 'GET', '/api/v1/journal?from=1&limit=1000')
  const fits = items.filter((item) => item.kind === 'entitlement-granted' && item.actor === 'user:sam')
  assert.ok(fits.length > 0)
  await page.getByRole('button', { name: 'Record', exact: false }).first().waitFor()
  const granted = fits.find((item) => JSON.stringify(item.body).includes('user:ana'))
  await page.getByRole('button', { name: `Record ${granted.seq}`, exact: true }).click()
  const before = items.find((item) => item.seq === granted.seq - 1)
  await page.getByText(before.hash).waitFor()
  await page.getByText(granted.hash, { exact: true }).waitFor()
  await page.getByRole('region', { name: `Body of record ${granted.seq}` }).getByText('claims.fraud_signals').waitFor()

  await page.getByRole('link', { name: 'Could they read it?' }).click()
  const [day, time] = granted.at.split('T')
  const answer = async (product, at) => {
    await page.getByLabel('Person or service').fill('ana')
    await page.getByLabel('Product', { exact: true }).fill(product)
    await page.getByLabel('Day').fill(day)
    await page.getByLabel('Time (UTC)').fill(at)
    await page.getByRole('button', { name: 'Ask' }).click()
  }
  await answer('claims.fraud_signals', time.slice(0, 8))
  await page.getByText('Yes: ana could read claims.fraud_signals').waitFor()
  await page.getByRole('region', { name: 'What was granted' }).getByText('sam').waitFor()
  await answer('finance.premium_ledger', time.slice(0, 8))
  await page.getByText('No: ana could not read finance.premium_ledger').waitFor()
  await answer('claims.fraud_signals', '')
  await page.getByText(/Today is not over|Yes: ana could read/).first().waitFor()

  await page.getByRole('link', { name: 'Chain', exact: true }).click()
  const { head, records } = await call(world, 'iris', 'GET', '/api/v1/journal/verify')
  await page.getByRole('button', { name: 'Check again' }).click()
  await page.getByText(head, { exact: true }).waitFor()
  await page.getByText(records.toLocaleString('en'), { exact: true }).first().waitFor()
  await page.context().close()
}

const MANY = 100_000

/** A record of a journal too long for a demo. */
function madeUp(seq) {
  const body = { product: `claims.product_${seq % 97}`, note: seq === 7 ? 'the needle' : 'hay' }
  const at = new Date(Date.UTC(2026, 0, 1) + seq * 60_000).toISOString()
  return { seq, at, actor: `user:p${seq % 13}`, command_id: `c-${seq}`, kind: 'access-requested', version: 1, body, hash: `h${seq}` }
}

async function longJournal({ base, tokens, asPerson }) {
  const page = await asPerson()
  await page.route(/\/api\/v1\/journal\?/, (route) => {
    const query = new URL(route.request().url()).searchParams
    const limit = Number(query.get('limit'))
    const from = Number(query.get('from') ?? MANY - limit + 1)
    return route.fulfill({ json: { items: Array.from({ length: limit }, (_, at) => madeUp(from + at)) } })
  })
  await signIn(page, base, tokens.iris, '/audit?text=needle')
  await page.getByText('0 records match in records 99,001 to 100,000. Older ones are not searched yet.').waitFor()
  await page.getByRole('button', { name: 'Search all' }).click()
  await page.getByText('1 record matches of all 100,000.').waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Record 7', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByText('All 100,000 records.').waitFor()
  const table = page.getByRole('region', { name: 'Records of the journal' })
  await table.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await page.getByRole('button', { name: 'Record 1', exact: true }).waitFor()
  assert.ok((await table.getByRole('row').count()) < 80, 'only the rows in view exist')
  await page.context().close()
}

/** Paper does not scroll: all that was found is there while it is printed, and no more of it than can be read. */
async function journalOnPaper({ base, tokens, asPerson }) {
  const page = await asPerson()
  await page.route(/\/api\/v1\/journal\?/, (route) => {
    const limit = Number(new URL(route.request().url()).searchParams.get('limit'))
    return route.fulfill({ json: { items: Array.from({ length: limit }, (_, at) => madeUp(MANY - limit + 1 + at)) } })
  })
  await signIn(page, base, tokens.iris, '/audit')
  const records = page.getByRole('region', { name: 'Records of the journal' }).getByRole('button', { name: /^Record / })
  await records.first().waitFor()
  assert.ok((await records.count()) < 80)
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
  assert.equal(await records.count(), 500)
  await page.getByText('The first 500 of these are printed.').waitFor()
  await page.emulateMedia({ media: 'print' })
  await noWiderThanWindow(page, 'nothing lies beside the paper')
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
  await page.getByText('The first 500 of these are printed.').waitFor({ state: 'detached' })
  await page.context().close()
}

async function readerSeesWhy({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/audit')
  await page.getByText('The journal is for auditors.').waitFor()
  await page.getByText('only the auditors (group internal-audit) may read the journal').waitFor()
  const pages = page.getByRole('navigation', { name: 'Pages', exact: true })
  assert.equal(await pages.getByRole('link', { name: 'Audit' }).count(), 0)
  await page.context().close()
}

export const steps = [
  ['an auditor finds a record, asks who could read what and verifies the chain', auditorAsks],
  ['a journal of 100,000 records is searched and scrolled to its first', longJournal],
  ['the journal is printed as far as it can be read', journalOnPaper],
  ['somebody who is no auditor sees for whom the journal is', readerSeesWhy],
]

export const routes = [
  ['audit', '/audit', 'iris'],
  ['audit-record', '/audit?text=token&record=42', 'iris'],
  ['audit-nothing', '/audit?actor=xyzzyq', 'iris'],
  ['audit-verify', '/audit/verify', 'iris'],
  ['audit-explain', '/audit/explain?principal=ana&product=claims.fraud_signals', 'iris'],
  ['audit-explain-no', '/audit/explain?principal=ana&product=policy.policies_active', 'iris'],
  ['audit-who', '/audit/who-can-read?product=claims.fraud_signals', 'iris'],
  ['audit-what', '/audit/what-can?principal=ana', 'iris'],
  ['audit-refused', '/audit'],
]
