import assert from 'node:assert/strict'
import { loadSteps } from '../budget/load.mjs'
import { lookSteps } from '../budget/look.mjs'
import { print } from '../budget/numbers.mjs'
import { scaleSteps } from '../budget/scale.mjs'
import { speedSteps } from '../budget/speed.mjs'
import { signIn } from '../sign-in.mjs'

const CHOSEN = '.facet[data-chosen="true"]'

/** Back and forward: the page is what the address says. */
async function history({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/marketplace')
  const facets = page.locator('.facets')
  const all = await page.getByText(/^\d+ products$/).innerText()
  const chosen = async (names) => {
    await page.waitForFunction(({ where, count }) => document.querySelectorAll(where).length === count, { where: CHOSEN, count: names.length })
    const texts = await page.locator(CHOSEN).allInnerTexts()
    names.forEach((name) => assert.ok(texts.some((text) => text.includes(name)), `${name} is chosen, of ${texts}`))
  }
  await facets.getByRole('link', { name: /^claims/ }).click()
  await chosen(['claims'])
  await page.getByText(/^2 products$/).waitFor()
  await facets.getByRole('link', { name: /^I have access/ }).click()
  await chosen(['claims', 'I have access'])
  await page.goBack()
  await chosen(['claims'])
  await page.goBack()
  await chosen([])
  await page.getByText(all, { exact: true }).waitFor()
  await page.goForward()
  await page.goForward()
  await chosen(['claims', 'I have access'])

  await page.goto(`${base}/p/claims/fraud_signals/overview`)
  const tabs = page.getByRole('navigation', { name: 'Product', exact: true })
  const on = (name) => tabs.locator('[aria-current="page"]', { hasText: name }).waitFor()
  for (const name of ['Schema', 'Quality', 'Access']) {
    await tabs.getByRole('link', { name }).click()
    await on(name)
  }
  await page.getByRole('heading', { name: 'Your access', exact: true }).waitFor()
  await page.goBack()
  await on('Quality')
  await page.goBack()
  await on('Schema')
  await page.getByRole('region', { name: 'Columns of signals' }).waitFor()
  await page.goForward()
  await on('Quality')
  await page.context().close()
}

export const steps = [
  ...loadSteps,
  ...speedSteps,
  ...scaleSteps,
  ['back and forward lead through the filters of the marketplace and the tabs of a product', history],
  ...lookSteps,
  ['what was measured', print],
]

export const routes = []
