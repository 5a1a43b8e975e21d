/** Signs a person in at a path, as they would: the token, the button, the page. */
export async function signIn(page, base, token, path = '/') {
  await page.goto(base + path)
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor()
}

