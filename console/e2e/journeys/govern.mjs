import assert from 'node:assert/strict'
import { signIn } from '../sign-in.mjs'

const ENRICHED = 'claims.claims_enriched'

async function ask({ base }, token, path) {
  const answer = await fetch(`${base}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
  return answer.json()
}

async function ownerPublishes({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.clea, '/domains')
  await page.getByRole('region', { name: 'Domains' }).getByRole('link', { name: 'claims' }).click()
  await page.getByRole('link', { name: `Roll back ${ENRICHED}` }).click()
  const dialog = page.getByRole('dialog')
  const rollBack = dialog.getByRole('button', { name: 'Roll back' })
  const before = await dialog.getByLabel('Serve again').inputValue()
  assert.ok(await rollBack.isDisabled(), 'nothing is rolled back before the name is typed')
  await dialog.getByLabel(`Type ${ENRICHED} to confirm`).fill(ENRICHED)
  await rollBack.click()
  await dialog.getByText(`${before} is served now.`).waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()

  // Publishing again serves the newest rows, so that the journey leaves the mesh as it was.
  await page.getByRole('link', { name: `Publish ${ENRICHED}` }).click()
  await dialog.getByRole('button', { name: 'Try it' }).click()
  await dialog.getByText(/The trial passed the gate: all 40 rules hold/).waitFor()
  const steps = dialog.getByRole('list', { name: 'Steps' })
  await steps.getByText('Check the promises').waitFor()
  await dialog.getByText('All 40 rules', { exact: true }).click()
  const rule = dialog.getByRole('region', { name: 'All rules' }).getByRole('row').filter({ hasText: 'rowCount' })
  assert.match(await rule.innerText(), /more than 50/)
  const versions = async () => (await ask({ base }, tokens.clea, '/products/claims/claims_enriched/versions')).items
  assert.ok((await versions()).some((item) => item.publication === before && item.current), 'a trial publishes nothing')
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
  const served = dialog.getByText(/^pub-\d+ is served/)
  await served.waitFor()
  const [publication] = (await served.innerText()).split(' ')
  assert.ok((await versions()).some((item) => item.publication === publication && item.current))
  await page.context().close()
}

/** What the gate answers when a claim has a status that the contract does not know. */
const REFUSED = [
  { event: 'progress', step: { name: ENRICHED, phase: 'gate', state: 'started' } },
  { event: 'progress', step: { name: ENRICHED, phase: 'gate', state: 'failed', millis: 12 } },
  {
    event: 'failed',
    problem: {
      type: 'urn:tessera:problem:gate-refused',
      title: 'the gate refused the candidate',
      status: 422,
      detail: `\`${ENRICHED}\` is not published: 1 rule of the contract is broken, 1 standard is not met`,
      code: 'gate-refused',
      hint: 'mend the data or the contract and publish again; what was published before still serves',
      request_id: '01a21e6d-406c-71f6-aa19-ccaa42627041',
      items: [
        {
          detail: '`claims.status` breaks `claims.status.invalidValues`: expected 0, found 1, for example `status` = `parked`',
          code: 'gate-refused',
        },
        { detail: 'no freshness is promised', code: 'standard-refused', hint: 'paste into `contract.yaml`:\nslaProperties: []' },
      ],
    },
  },
]

async function gateRefuses({ base, tokens, asPerson }) {
  const page = await asPerson()
  await page.route('**/api/v1/publications', (route) =>
    route.fulfill({ contentType: 'application/x-ndjson', body: REFUSED.map((line) => `${JSON.stringify(line)}\n`).join('') }),
  )
  await signIn(page, base, tokens.clea, '/d/claims/products?publish=claims_enriched')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
  await dialog.getByRole('alert').getByText(/what was published before still serves/).waitFor()
  const row = dialog.getByRole('region', { name: 'Broken rules' }).getByRole('row').filter({ hasText: 'claims.status.invalidValues' })
  assert.deepEqual((await row.getByRole('cell').allInnerTexts()).slice(1).map((text) => text.split('\n')[0]), ['0', '1'])
  await dialog.getByText('no freshness is promised').waitFor()
  await page.context().close()
}

async function engineerBuilds({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.clea, '/d/claims/products?build=true')
  await page.getByRole('dialog').getByRole('button', { name: 'Build', exact: true }).click()
  await page.getByRole('alert').getByText(/only the engineers of claims/i).waitFor()
  await page.context().close()
  const other = await asPerson()
  await signIn(other, base, tokens.emre, '/d/claims/tables')
  await other.getByRole('link', { name: 'bronze.notices' }).click()
  await other.getByRole('region', { name: 'Columns of bronze.notices' }).waitFor()
  await other.getByRole('link', { name: 'Build' }).click()
  const dialog = other.getByRole('dialog')
  await dialog.getByLabel('What', { exact: true }).selectOption('bronze.claims')
  await dialog.getByRole('button', { name: 'Build', exact: true }).click()
  await dialog.getByText(/^Done in/).waitFor()
  await other.context().close()
}

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
  const { items } = await ask(world, tokens.iris, '/journal?from=1&limit=1000')
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
  const { head, records } = await ask(world, tokens.iris, '/journal/verify')
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

async function adminMakesToken({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.petra, '/admin/tokens')
  await page.getByRole('button', { name: 'Make a token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Make the token' }).click()
  await dialog.getByText('Say for whom it is.').waitFor()
  await dialog.getByLabel('For').fill('ana')
  await dialog.getByLabel('Label (optional)').fill('journey')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await dialog.getByRole('button', { name: 'Make the token' }).click()
  const text = await dialog.getByRole('region', { name: 'The token' }).innerText()
  assert.match(text, /^tsr_[0-9a-f]{64}$/)
  assert.match(await dialog.getByRole('region', { name: 'Line for psql' }).innerText(), /^PGPASSWORD=tsr_\S+ psql -h \S+ -p \d+ -U ana mesh$/)
  const id = /tok-\d+/.exec(await dialog.getByRole('heading', { level: 2 }).innerText())[0]
  await dialog.getByRole('button', { name: 'I have it' }).click()
  assert.equal(await page.getByText(text).count(), 0, 'the token is shown once')

  const whoami = () =>
    page.evaluate(async (token) => {
      const answer = await fetch('/api/v1/whoami', { headers: { authorization: `Bearer ${token}` } })
      return { status: answer.status, body: await answer.json() }
    }, text)
  const works = await whoami()
  assert.equal(works.body.principal, 'user:ana')
  assert.deepEqual(works.body.token.scopes, ['query'])
  await page.getByRole('button', { name: `Revoke ${id}`, exact: true }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('button', { name: `Revoke ${id}`, exact: true }).waitFor({ state: 'detached' })
  assert.equal((await whoami()).status, 401)
  await page.context().close()
}

const PEOPLE = {
  items: [
    { principal: 'user:ana', kind: 'user', groups: ['claims-analysts', 'fraud-analysts'], attributes: { region: 'EU' }, tokens: 1, entitlements: 4 },
    { principal: 'service:svc-claims', kind: 'service', home: 'claims', groups: [], attributes: {}, tokens: 0, entitlements: 2 },
  ],
}
const GROUPS = { items: [{ group: 'claims-stewards', members: ['user:sam'], roles: ['steward of claims'] }] }
const NOT_ALLOWED = { status: 403, code: 'not-allowed', detail: 'only the admins and the auditors may see who there is', request_id: 'r-1' }

/** Answers for people and groups where the server has none yet. */
async function answerPeople({ api }, page, allowed) {
  const { paths } = await (await fetch(`${api}/openapi.json`)).json()
  if ('/api/v1/people' in paths) return
  const refuse = { status: 403, contentType: 'application/problem+json', body: JSON.stringify(NOT_ALLOWED) }
  await page.route(/\/api\/v1\/people/, (route) => route.fulfill(allowed ? { json: PEOPLE } : refuse))
  await page.route(/\/api\/v1\/groups/, (route) => route.fulfill(allowed ? { json: GROUPS } : refuse))
}

async function adminLooksAtPeople(world) {
  const { base, tokens, asPerson } = world
  const page = await asPerson()
  await answerPeople(world, page, true)
  await signIn(page, base, tokens.petra)
  await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link', { name: 'Admin' }).click()
  const list = page.getByRole('region', { name: 'People and services' })
  await list.getByRole('row').filter({ hasText: 'svc-claims' }).getByText('service of claims').waitFor()
  await list.getByRole('link', { name: 'ana', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'ana' }).waitFor()
  await page.getByText('You are told only of products you answer for.').waitFor()
  await page.goto(`${base}/admin/groups`)
  await page.getByRole('row').filter({ hasText: 'claims-stewards' }).getByText('steward of claims').waitFor()
  await page.context().close()
}

async function othersSeeWhy(world) {
  const { base, tokens, asPerson } = world
  const page = await asPerson()
  await answerPeople(world, page, false)
  await signIn(page, base, tokens.ana, '/audit')
  await page.getByText('The journal is for auditors.').waitFor()
  await page.getByText('only the auditors (group internal-audit) may read the journal').waitFor()
  const pages = page.getByRole('navigation', { name: 'Pages', exact: true })
  assert.equal(await pages.getByRole('link', { name: /Audit|Admin/ }).count(), 0)
  for (const path of ['/admin/people', '/admin/groups']) {
    await page.goto(base + path)
    await page.getByText('not-allowed').waitFor()
  }
  await page.goto(`${base}/d/claims/tables`)
  await page.getByText('Sources and tables of claims are for the people who work there.').waitFor()
  await page.locator('summary').filter({ hasText: 'Signed in as' }).click()
  await page.getByRole('link', { name: 'My tokens' }).click()
  await page.getByRole('row').filter({ hasText: 'in use here' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Make a token' }).count(), 0)
  await page.context().close()
}

export const steps = [
  ['an owner rolls back, tries a publication, sees the gate and publishes', ownerPublishes],
  ['a refusal of the gate says rule, expected and found', gateRefuses],
  ['building is for engineers; an engineer builds', engineerBuilds],
  ['an auditor finds a record, asks who could read what and verifies the chain', auditorAsks],
  ['a journal of 100,000 records is searched and scrolled to its first', longJournal],
  ['an administrator makes a token, which works until it is revoked', adminMakesToken],
  ['an administrator looks at people and groups', adminLooksAtPeople],
  ['somebody without a role sees why', othersSeeWhy],
]

export const routes = [
  ['domains', '/domains'],
  ['domains-own', '/domains', 'clea'],
  ['domain-products', '/d/claims/products', 'clea'],
  ['domain-products-reader', '/d/claims/products'],
  ['domain-publish', '/d/claims/products?publish=claims_enriched', 'clea'],
  ['domain-rollback', '/d/claims/products?rollback=claims_enriched', 'clea'],
  ['domain-build', '/d/claims/products?build=true', 'emre'],
  ['domain-tables', '/d/customer/tables?table=bronze.customers', 'erik'],
  ['domain-tables-reader', '/d/claims/tables'],
  ['domain-people', '/d/claims/people', 'clea'],
  ['domain-consumers', '/d/claims/consumers', 'clea'],
  ['domain-consumers-reader', '/d/claims/consumers'],
  ['audit', '/audit', 'iris'],
  ['audit-record', '/audit?text=token&record=42', 'iris'],
  ['audit-nothing', '/audit?actor=xyzzyq', 'iris'],
  ['audit-verify', '/audit/verify', 'iris'],
  ['audit-explain', '/audit/explain?principal=ana&product=claims.fraud_signals', 'iris'],
  ['audit-explain-no', '/audit/explain?principal=ana&product=policy.policies_active', 'iris'],
  ['audit-who', '/audit/who-can-read?product=claims.fraud_signals', 'iris'],
  ['audit-what', '/audit/what-can?principal=ana', 'iris'],
  ['audit-refused', '/audit'],
  ['admin-people', '/admin/people', 'petra'],
  ['admin-groups', '/admin/groups', 'petra'],
  ['admin-person', '/admin/people/user%3Aana', 'iris'],
  ['admin-tokens', '/admin/tokens', 'petra'],
  ['admin-token-form', '/admin/tokens?make=true', 'petra'],
  ['admin-about', '/admin/about', 'petra'],
  ['me-profile', '/me/profile'],
  ['me-tokens', '/me/tokens'],
  ['me-connections', '/me/connections'],
]
