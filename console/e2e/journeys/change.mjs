import assert from 'node:assert/strict'
import { released } from '../released.mjs'
import { signIn } from '../sign-in.mjs'
import { verdict } from '../wizard.mjs'

export const routes = [
  ['contract-diff-one', '/p/claims/fraud_signals/contract/diff'],
  ['contract-diff-unknown', '/p/claims/fraud_signals/contract/diff?from=7.0.0&to=current'],
  ['contract-versions', '/p/claims/claims_enriched/contract', 'clea'],
]

async function diffOfRealChanges(world) {
  const { base, tokens, asPerson } = world
  const { domain, publish } = await released(world)
  const path = `/p/${domain}/letters/contract`
  const page = await asPerson()
  await signIn(page, base, tokens.clea, `${path}/diff?from=1.1.0&to=declared`)
  await verdict(page, 'Breaking')
  await page.getByText('1 of them reads what breaks.').waitFor()
  await page.getByRole('row', { name: /^clea .*phone/ }).waitFor()
  await publish()

  await page.goto(base + path)
  await page.getByRole('link', { name: 'Compare with 1.1.0' }).click()
  await verdict(page, 'Breaking')
  assert.match(page.url(), /from=1\.1\.0&to=2\.0\.0/)
  await page.getByText('A change like this after 1.1.0 needs version 2.0.0 or higher, and it is 2.0.0.').waitFor()
  const breaking = page.getByRole('region', { name: 'Breaking changes' })
  await breaking.getByRole('row', { name: /letters\.phone the column is gone/ }).waitFor()
  await page.getByLabel('From', { exact: true }).selectOption('1.0.0')
  await page.getByLabel('To', { exact: true }).selectOption('1.1.0')
  await verdict(page, 'Additive')
  assert.match(page.url(), /from=1\.0\.0&to=1\.1\.0/)
  await page.getByRole('row', { name: /letters\.answered/ }).waitFor()
  await page.getByRole('button', { name: 'Swap' }).click()
  await page.getByText(/1\.0\.0 is too low/).waitFor()
  await page.getByLabel('To', { exact: true }).selectOption('declared')
  await page.getByLabel('From', { exact: true }).selectOption('2.0.0')
  await page.getByText('2.0.0 and 2.0.0 promise the same.').waitFor()
  await page.context().close()

  // Pages that exist since this step; they are looked at with the others.
  routes.push(['contract-diff', `${path}/diff?from=1.0.0&to=2.0.0`, 'clea'], ['contract-tab', path, 'clea'])
}

/** Somebody who answers for nothing there is told neither who reads nor what is not published. */
async function diffOfAStranger(world) {
  const { base, tokens, asPerson } = world
  const { domain } = await released(world)
  const page = await asPerson()
  await signIn(page, base, tokens.ana, `/p/${domain}/letters/contract/diff`)
  await verdict(page, 'Additive')
  await page.getByText(`Who reads ${domain}.letters is told to those who answer for it.`).waitFor()
  assert.equal(await page.getByLabel('From', { exact: true }).locator('option', { hasText: 'not published' }).count(), 0)
  assert.equal(await page.getByText('clea').count(), 0)
  await page.goto(`${base}/p/${domain}/letters/contract/diff?from=1.1.0&to=declared`)
  await page.getByRole('alert').getByText('not-found').waitFor()
  await page.goto(`${base}/p/claims/fraud_signals/contract/diff`)
  await page.getByText('1.0.0 is the only version there is.').waitFor()
  await page.context().close()
  routes.push(['contract-diff-breaking', `/p/${domain}/letters/contract/diff`, 'clea'])
  routes.push(['contract-diff-declared', `/p/${domain}/letters/contract/diff?from=1.1.0&to=declared`, 'clea'])
}

export const steps = [
  ['clea compares the versions of a contract, and sees whom it breaks', diffOfRealChanges],
  ['ana compares what is published, and is not told who reads it', diffOfAStranger],
]
