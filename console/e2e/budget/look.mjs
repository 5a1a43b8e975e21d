import assert from 'node:assert/strict'
import { ask, clean } from '../call.mjs'
import { settled } from '../pages.mjs'
import { signIn } from '../sign-in.mjs'
import { noWiderThanWindow } from '../fits.mjs'
import { isReachable } from './page.mjs'

const PAGES = [
  ['marketplace', '/marketplace', 'ana', (page) => page.locator('article h2 a').first()],
  ['schema', '/p/claims/fraud_signals/schema', 'ana', (page) => page.getByRole('link', { name: 'Query', exact: true })],
  ['schema-no', '/p/finance/premium_ledger/schema', 'ana', (page) => page.getByRole('link', { name: 'Request access' })],
  ['inbox', '/inbox', 'stella', (page) => page.getByRole('button', { name: /^Approve/ })],
  ['sql', '/sql?purpose=fraud-detection', 'ana', (page) => page.getByRole('button', { name: /^Run/ }).first()],
]

/** Each page as the person it is for, with a request that waits. */
async function eachPage(world, options, look) {
  await clean(world)
  const waits = await ask(world, 'ana', { product: 'policy.policies_active' })
  try {
    for (const [name, path, person, main] of PAGES) {
      const page = await world.asPerson(options)
      await signIn(page, world.base, world.tokens[person], path)
      await settled(page)
      await main(page).waitFor()
      await look(page, name, main(page))
      await page.context().close()
    }
  } finally {
    await waits.takeBack()
  }
}

/** A window of 1440 by 900 at 200 %. */
const zoomed = (world) =>
  eachPage(world, { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 }, async (page, name, main) => {
    await noWiderThanWindow(page, name)
    await isReachable(main, name)
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${world.out}/zoom-${name}.png` })
  })

const TAB_STOPS = 30

/** Colours of the person's own choice, and nothing that moves. */
const forced = (world) =>
  eachPage(world, { forcedColors: 'active', reducedMotion: 'reduce' }, async (page, name) => {
    const bare = await page.evaluate(() => {
      const visible = [...document.querySelectorAll('button, .button')].filter((element) => element.checkVisibility() && element.getClientRects().length > 0)
      return visible
        .filter((element) => {
          const { borderTopStyle, borderTopWidth, borderTopColor, textDecorationLine } = getComputedStyle(element)
          const bordered = borderTopStyle !== 'none' && parseFloat(borderTopWidth) >= 1 && !/^rgba.*, 0\)$/.test(borderTopColor)
          return !bordered && textDecorationLine !== 'underline'
        })
        .map((element) => element.getAttribute('aria-label') ?? element.textContent)
    })
    assert.deepEqual(bare, [], `${name}: a button without a border`)
    const moving = await page.evaluate(() => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().duration > 0).length)
    assert.equal(moving, 0, `${name}: something moves`)
    const unseen = []
    for (let stop = 0; stop < TAB_STOPS; stop += 1) {
      await page.keyboard.press('Tab')
      const lacks = await page.evaluate(() => {
        const focused = document.activeElement
        if (focused === document.body) return null
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(focused)
        const seen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/^rgba.*, 0\)$/.test(outlineColor)
        return seen ? null : (focused.getAttribute('aria-label') ?? focused.textContent ?? focused.tagName).slice(0, 80)
      })
      if (lacks !== null) unseen.push(lacks)
    }
    assert.deepEqual(unseen, [], `${name}: the focus is not seen`)
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${world.out}/forced-${name}.png` })
  })

export const lookSteps = [
  ['at 200 % nothing is cut off, and the main action can be pressed', zoomed],
  ['with forced colours and reduced motion the focus is seen, buttons have borders and nothing moves', forced],
]
