import { noViolation, noWiderThanWindow } from './fits.mjs'

/** Goes on to the next step of a wizard. */
export const next = (page) => page.getByRole('button', { name: 'Next', exact: true }).click()

export const heading = (page, name) => page.getByRole('heading', { level: 2, name }).waitFor()

/** Waits for the verdict on a change of a contract. */
export const verdict = (page, name) => page.locator('.verdict-name', { hasText: name }).waitFor()

/** A state that no address leads to: it is accessible as well, wide and at 320 px, and no wider than the window. */
export async function isAccessible(page) {
  const wide = page.viewportSize()
  for (const viewport of [{ width: 320, height: 800 }, wide]) {
    await page.setViewportSize(viewport)
    await noViolation(page, `at ${viewport.width} px`)
    await noWiderThanWindow(page, `${viewport.width} px`)
  }
}
