import { everyPage } from './pages.mjs'

/** Pictures for a person to look at, in out/: of every page and state, or of those that are named, separated by commas. */
export async function takeScreenshots(world, routes, wanted) {
  const names = wanted === '1' ? null : wanted.split(',')
  const chosen = routes.filter(([name]) => names?.includes(name) ?? true)
  for (const width of [1440, 390]) {
    for (const colorScheme of ['light', 'dark']) {
      await everyPage(world, chosen, { colorScheme, viewport: { width, height: 900 } }, async (page, name) => {
        if (names?.includes(name) ?? true) await page.screenshot({ path: `${world.out}/${name}-${width}-${colorScheme}.png` })
      })
    }
  }
}
