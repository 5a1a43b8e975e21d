import assert from 'node:assert/strict'
import { noViolation } from '../fits.mjs'
import { signIn } from '../sign-in.mjs'

const field = (page) => page.getByRole('combobox', { name: 'Page, product or action' })
const chosen = (page) => page.getByRole('listbox').getByRole('option', { selected: true })

async function byKeyboard({ base, tokens, asPerson, out }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana)
  await page.keyboard.press('Control+k')
  await field(page).waitFor()
  assert.equal(await field(page).evaluate((element) => element === document.activeElement), true)
  assert.match(await chosen(page).innerText(), /Home/)
  await page.keyboard.press('ArrowDown')
  assert.match(await chosen(page).innerText(), /Marketplace/)
  const active = await field(page).getAttribute('aria-activedescendant')
  assert.equal(await chosen(page).getAttribute('id'), active, 'a screen reader is told which line is chosen')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  assert.match(await chosen(page).innerText(), /Sign out/)
  await noViolation(page)

  await page.keyboard.type('my acc')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'My access' }).waitFor()
  await field(page).waitFor({ state: 'detached' })

  await page.keyboard.press('Control+k')
  await page.keyboard.type('ledger')
  await page.getByRole('option', { name: 'Request access to Premium ledger' }).waitFor()
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/palette-1440-light.png` })
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: /^Request access to/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await page.keyboard.press('Control+k')
  await page.keyboard.type('theme high')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'contrast')
  assert.equal(await page.getByLabel('Theme').inputValue(), 'contrast')

  await page.keyboard.press('Control+k')
  await page.keyboard.press('Escape')
  await field(page).waitFor({ state: 'detached' })
  await page.keyboard.press('Control+k')
  await page.keyboard.type('sign out')
  await page.keyboard.press('Enter')
  await page.getByText('You are signed out.').waitFor()
  await page.context().close()
}

async function singleKeys({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana)
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByLabel('Use these keys').uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await page.keyboard.press('?')
  assert.equal(new URL(page.url()).pathname, '/')
  assert.equal(await page.getByRole('dialog').count(), 0)
  await page.keyboard.press('Control+k')
  await field(page).waitFor()
  await page.keyboard.type('show the keys')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByLabel('Use these keys').check()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await page.getByRole('heading', { level: 1, name: 'Marketplace' }).waitFor()
  await page.context().close()
}

/** The theme is there before the style sheet: the first frame has it. */
async function themeFirst({ base, asPerson }) {
  const page = await asPerson({ theme: 'dark', colorScheme: 'light' })
  let asked = false
  await page.route('**/assets/index-*.js', async (route) => {
    asked = true
    await new Promise((resolve) => setTimeout(resolve, 400))
    await route.continue()
  })
  const loaded = page.goto(base)
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
  assert.equal(asked && (await page.locator('#root > *').count()), 0, 'the theme is set before the console runs')
  await loaded
  assert.match(await page.content(), /<head>\s*<script src="\/assets\/theme-/)
  await page.context().close()
}

export const steps = [
  ['the palette finds pages, products and actions by keyboard', byKeyboard],
  ['single keys can be switched off; the palette stays', singleKeys],
  ['the theme is set before anything is drawn', themeFirst],
]

export const routes = []
