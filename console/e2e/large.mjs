import { chromium } from 'playwright-core'
import { ARGS } from './browser.mjs'
import { untilPainted } from './budget/page.mjs'
import { settled } from './pages.mjs'
import { signIn } from './sign-in.mjs'

/**
 * Times of a marketplace of many products, with a server that has them: `node e2e/large.mjs URL TOKEN`. Prints a line for each,
 * the median and the slowest of so many tries.
 */
const [base, token] = process.argv.slice(2)
const TRIES = 15
const WORDS = ['claim', 'premium region', 'custmer', 'household', 'payment status', 'recvery', 'settle']

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS })
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })).newPage()
// Their stream never ends, and no page that follows it is ever idle.
await page.context().route('**/api/v1/events', (route) => route.fulfill({ status: 204 }))

async function times(name, measure) {
  const tries = []
  for (let at = 0; at < TRIES; at += 1) tries.push(Math.round(await measure(at)))
  tries.sort((a, b) => a - b)
  console.log(`${name}: median ${tries[TRIES >> 1]} ms, slowest ${tries[TRIES - 1]} ms, of ${TRIES}`)
}

try {
  await signIn(page, base, token, '/marketplace')
  const open = async (to) => {
    await page.goto(base + to)
    await settled(page)
  }
  await open('/marketplace')
  console.log(`there are ${await page.locator('[role=status]', { hasText: 'products' }).first().innerText()}`)
  await times('a search, from its last letter until its hits are painted', async (at) => {
    const words = WORDS[at % WORDS.length]
    await open('/marketplace')
    await page.getByLabel('Search products').fill(words.slice(0, -1))
    await page.locator('[role=status]', { hasText: `for “${words.slice(0, -1)}”` }).waitFor()
    await settled(page)
    return untilPainted(page, { on: 'keydown', selector: '[role=status]', text: `for “${words}”` }, () => page.keyboard.press(words.at(-1)))
  })
  await times('a domain chosen among the facets', async (at) => {
    await open('/marketplace')
    const domain = `domain_${at}`
    const link = page.locator('.facets').getByRole('link', { name: new RegExp(`^${domain}\\b`) })
    await page.locator('.facets summary, .facets button').filter({ hasText: /all|more/i }).first().click({ timeout: 500 }).catch(() => {})
    return untilPainted(page, { on: 'pointerup', selector: 'article', text: `${domain}.` }, () => link.click())
  })
  await times('a product opened from its card', async () => {
    await open('/marketplace')
    const card = page.locator('article h2 a').first()
    return untilPainted(page, { on: 'pointerup', selector: '[aria-label="Product"]', text: 'Schema' }, () => card.click())
  })
} finally {
  await browser.close()
}
