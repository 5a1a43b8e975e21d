import { violationsOf, widerThanWindow } from './fits.mjs'
import { everyPage } from './pages.mjs'

const WIDE = { width: 1440, height: 900 }
const NARROW = { width: 320, height: 800 }

const THEMES = [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'dark', theme: 'contrast' }]

/** Every page and state in each theme, wide and at 320 px: no violation, nothing beyond the window's width. */
export async function checkAccessibility(world, routes) {
  const violations = []
  let pages = 0
  for (const look of THEMES) {
    await everyPage(world, routes, { ...look, viewport: WIDE }, async (page, name) => {
      for (const viewport of [NARROW, WIDE]) {
        await page.setViewportSize(viewport)
        pages += 1
        const where = `${name} (${look.theme ?? look.colorScheme}, ${viewport.width} px)`
        for (const found of await violationsOf(page)) violations.push(`${where}: ${found}`)
        const over = await widerThanWindow(page)
        if (over > 0) violations.push(`${where}: the page is ${over} px wider than the window`)
      }
    })
  }
  console.log(`        ${pages} pages checked`)
  if (violations.length > 0) throw new Error(`${violations.length} violations\n${violations.join('\n')}`)
}
