import assert from 'node:assert/strict'
import { signIn } from '../sign-in.mjs'

async function refusals({ base, tokens, asPerson }) {
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

export const steps = [
  ['absent and invisible look the same; a refusal is shown with its request id', refusals],
  ['a token that ends brings the sign-in back and keeps the address', sessionEnds],
]

export const routes = [
  ['refused', '/p/policy/policies_active/sample?rows=own'],
  ['not-found', '/p/claims/nothing/overview'],
]
