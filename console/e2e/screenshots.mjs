import { signIn } from './journeys.mjs'
import { ROUTES, settled } from './routes.mjs'

/** Pictures for a person to look at, in out/. */
export async function takeScreenshots({ base, tokens, asPerson, out }) {
  for (const width of [1440, 390]) {
    for (const colorScheme of ['light', 'dark']) {
      const file = (name) => ({ path: `${out}/${name}-${width}-${colorScheme}.png` })
      const options = { colorScheme, viewport: { width, height: 900 } }
      const page = await asPerson(options)
      await page.goto(base)
      await page.getByLabel('Token').waitFor()
      await page.screenshot(file('sign-in'))
      await signIn(page, base, tokens.ana)
      for (const [name, path] of ROUTES) {
        await page.goto(base + path)
        await settled(page)
        await page.screenshot(file(name))
      }
      await page.context().close()
      const steward = await asPerson(options)
      await signIn(steward, base, tokens.stella, '/inbox')
      await steward.getByRole('heading', { level: 2, name: /asks for/ }).waitFor()
      await steward.screenshot(file('inbox'))
      await steward.keyboard.press('a')
      await steward.getByRole('dialog').waitFor()
      await steward.screenshot(file('inbox-approve'))
      await steward.context().close()
    }
  }
}
