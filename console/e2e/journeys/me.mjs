import assert from 'node:assert/strict'
import { signIn } from '../sign-in.mjs'

async function personSeesTokens({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana)
  await page.locator('summary').filter({ hasText: 'Signed in as' }).click()
  await page.getByRole('link', { name: 'My tokens' }).click()
  await page.getByRole('row').filter({ hasText: 'in use here' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Make a token' }).count(), 0)
  await page.context().close()
}

export const steps = [['a person sees their own tokens', personSeesTokens]]

export const routes = [
  ['me-profile', '/me/profile'],
  ['me-tokens', '/me/tokens'],
  ['me-connections', '/me/connections'],
]
