import { AxeBuilder } from '@axe-core/playwright'
import { signIn } from './journeys.mjs'
import { ROUTES, settled } from './routes.mjs'

export async function checkAccessibility({ base, tokens, asPerson }) {
  const violations = []
  let pages = 0
  for (const colorScheme of ['light', 'dark']) {
    const check = async (page, name) => {
      const result = await new AxeBuilder({ page }).analyze()
      pages += 1
      for (const { id, nodes } of result.violations) {
        violations.push(`${name} (${colorScheme}): ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
      }
      const narrow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (narrow > 0) violations.push(`${name} (${colorScheme}): the page is ${narrow} px wider than the window`)
    }
    const page = await asPerson({ colorScheme })
    await page.goto(base)
    await page.getByLabel('Token').waitFor()
    await check(page, 'sign-in')
    await signIn(page, base, tokens.ana)
    for (const [name, path] of ROUTES) {
      await page.goto(base + path)
      await settled(page)
      await check(page, name)
      await page.setViewportSize({ width: 320, height: 800 })
      await check(page, `${name} at 320 px`)
      await page.setViewportSize({ width: 1440, height: 900 })
    }
    await page.goto(base)
    await settled(page)
    await page.keyboard.press('?')
    await check(page, 'keys')
    await page.context().close()
    const steward = await asPerson({ colorScheme })
    await signIn(steward, base, tokens.stella, '/inbox')
    await steward.getByRole('heading', { level: 2, name: /asks for/ }).waitFor()
    await check(steward, 'inbox')
    await steward.keyboard.press('a')
    await steward.getByRole('dialog').waitFor()
    await check(steward, 'inbox-approve')
    await steward.context().close()
  }
  console.log(`        ${pages} pages checked`)
  if (violations.length > 0) throw new Error(`${violations.length} violations\n${violations.join('\n')}`)
}
