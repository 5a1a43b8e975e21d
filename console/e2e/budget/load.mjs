import assert from 'node:assert/strict'
import { settled } from '../pages.mjs'
import { inTime, told, within } from './numbers.mjs'
import { beSignedIn, keepVitals, traffic } from './page.mjs'
import { ADDRESSES, checkAddresses } from './routes.mjs'

const FIRST_LOAD_KB = 250
const ROUTE_KB = 120
const LCP_MS = 1500
const CLS = 0.1

const kB = (bytes) => Math.round(bytes / 100) / 10

/** The sign-in and then home, with nothing kept from before. */
async function firstLoad({ base, tokens, asPerson }) {
  const page = await asPerson()
  const network = await traffic(page)
  await page.goto(base)
  await page.getByLabel('Token').waitFor()
  await page.waitForLoadState('networkidle')
  within('sign-in: JavaScript, packed', kB(network.scriptBytes()), FIRST_LOAD_KB, 'kB')
  told('sign-in: requests', String(network.loaded.length))
  await page.getByLabel('Token').fill(tokens.ana)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Welcome, ana.').waitFor()
  await settled(page)
  assert.ok(network.scripts().length > 2, 'the scripts are counted')
  within('sign-in and home: JavaScript, packed', kB(network.scriptBytes()), FIRST_LOAD_KB, 'kB')
  within('sign-in and home: requests', network.loaded.length, 60, 'requests')
  await page.context().close()
}

/** The editor, which comes after its page: until its text shows, and then its colours and completion. */
const EDITOR = /\/(create|dist)-[^/]+\.js$/
const LANGUAGE = /\/language-[^/]+\.js$/
/** Parts of it that no page loads by itself. */
const EDITOR_LATER = /\/(find|faults)-[^/]+\.js$/

/** What each page loads beyond what every page does. */
async function everyRoute({ base, tokens, asPerson }) {
  await checkAddresses()
  const page = await asPerson()
  await beSignedIn(page, tokens.ana)
  const network = await traffic(page)
  const loads = []
  for (const address of ADDRESSES) {
    network.clear()
    await page.goto(base + address)
    await settled(page)
    loads.push({ address, scripts: network.scripts() })
  }
  const isCommon = ({ path }) => loads.every(({ scripts }) => scripts.some((one) => one.path === path))
  const own = loads.map(({ address, scripts }) => ({ address, scripts: scripts.filter((one) => !isCommon(one)) }))
  const sum = (scripts) => kB(scripts.reduce((total, { bytes }) => total + bytes, 0))
  const partOf = (pattern) => own.find(({ address }) => address === '/sql').scripts.filter(({ path }) => pattern.test(path))
  const [editor, language] = [partOf(EDITOR), partOf(LANGUAGE)]
  assert.deepEqual([editor.length, language.length], [2, 1], 'the editor is a part of its own')
  const isEditor = ({ path }) => EDITOR.test(path) || LANGUAGE.test(path)
  assert.deepEqual(own.filter(({ address, scripts }) => !address.startsWith('/sql') && scripts.some(isEditor)), [], 'only the workbench loads the editor')
  assert.deepEqual(loads.filter(({ scripts }) => scripts.some(({ path }) => EDITOR_LATER.test(path))), [], 'searching and faults are loaded when they are needed')
  within('SQL editor, loaded after its page, until its text shows', sum(editor), ROUTE_KB, 'kB')
  within('SQL editor, colours and completion', sum(language), ROUTE_KB, 'kB')
  for (const { address, scripts } of own) within(`${address}: JavaScript of its own`, sum(scripts.filter((one) => !isEditor(one))), ROUTE_KB, 'kB')
  await page.context().close()
}

async function vitals({ base, tokens, asPerson }) {
  for (const [name, path, shown] of [['home', '/', '.page-head p'], ['marketplace', '/marketplace', 'article h2']]) {
    let jumped = 0
    await inTime(`${name}: largest part painted`, LCP_MS, async () => {
      const page = await asPerson()
      await beSignedIn(page, tokens.ana)
      await keepVitals(page)
      await page.goto(base + path)
      await page.locator(shown).first().waitFor()
      await settled(page)
      const { lcp, cls } = await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(window.vitals), 100))))
      assert.ok(lcp > 0, 'a large part was painted')
      jumped = Math.max(jumped, cls)
      await page.context().close()
      return lcp
    })
    within(`${name}: layout shift`, Number(jumped.toFixed(3)), CLS, '')
  }
}

export const loadSteps = [
  ['the first load is small', firstLoad],
  ['no page is heavy, and none is forgotten here', everyRoute],
  ['home and marketplace are painted soon, and nothing jumps', vitals],
]
