import assert from 'node:assert/strict'
import { call } from '../call.mjs'
import { signIn } from '../sign-in.mjs'

const ENRICHED = 'claims.claims_enriched'

async function ownerPublishes(world) {
  const { base, tokens, asPerson } = world
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
  const rule = dialog.getByRole('region', { name: 'All rules' }).getByRole('row').filter({ hasText: 'more than 50' })
  assert.match(await rule.innerText(), /\brows\b/)
  const versions = async () => (await call(world, 'clea', 'GET', '/api/v1/products/claims/claims_enriched/versions')).items
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

async function readerSeesWhy({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/d/claims/tables')
  await page.getByText('Sources and tables of claims are for the people who work there.').waitFor()
  await page.context().close()
}

export const steps = [
  ['an owner rolls back, tries a publication, sees the gate and publishes', ownerPublishes],
  ['a refusal of the gate says rule, expected and found', gateRefuses],
  ['building is for engineers; an engineer builds', engineerBuilds],
  ['somebody who only reads sees for whom the tables are', readerSeesWhy],
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
]
