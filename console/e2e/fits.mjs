import assert from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'

/** What axe finds: each rule, and where it is broken. */
export async function violationsOf(page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

export async function noViolation(page, where) {
  assert.deepEqual(await violationsOf(page), [], where)
}

/** By how many pixels the page is wider than the window. */
export const widerThanWindow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

export async function noWiderThanWindow(page, where) {
  const over = await widerThanWindow(page)
  assert.ok(over <= 0, `${where}: the page is ${over} px wider than the window`)
}
