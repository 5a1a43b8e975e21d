import { everyPage } from './pages.mjs'

/** Pictures for a person to look at, in out/. */
export async function takeScreenshots(world, routes) {
  for (const width of [1440, 390]) {
    for (const colorScheme of ['light', 'dark']) {
      await everyPage(world, routes, { colorScheme, viewport: { width, height: 900 } }, (page, name) =>
        page.screenshot({ path: `${world.out}/${name}-${width}-${colorScheme}.png` }),
      )
    }
  }
}
