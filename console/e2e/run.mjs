import { mkdir, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { checkAccessibility } from './axe.mjs'
import { ARGS } from './browser.mjs'
import { demo } from './demo.mjs'
import { takeScreenshots } from './screenshots.mjs'
import { serve } from './serve.mjs'
import { watch } from './watch.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Each file of journeys/ is a part of the console: its steps, in their order, and its routes. ONLY=sql,lineage runs these alone. */
const only = process.env.ONLY?.split(',')
const names = (await readdir(here('journeys'))).map((file) => file.replace('.mjs', '')).filter((name) => only?.includes(name) ?? true)
const journeys = await Promise.all(names.sort().map((name) => import(`./journeys/${name}.mjs`)))

const mesh = await demo(process.env)
// What the binary serves; DIST=1 takes dist/ instead, for whoever changes the console without building the binary.
const site = process.env.DIST ? await serve(here('../dist'), mesh.url) : { base: mesh.url, stop: () => {} }
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS })
const faults = []
let passed = 0

/**
 * A fresh browser profile: nothing of one person is left for the next. `provokes` is what a step does on purpose and is no fault.
 * Only with `live` the page follows the events: their stream never ends, so that no page with it is ever idle.
 */
async function asPerson({ provokes, live, theme, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options })
  if (!live) await context.route('**/api/v1/events', (route) => route.fulfill({ status: 204 }))
  if (theme) await context.addInitScript((name) => localStorage.setItem('tessera.theme', name), theme)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  watch(page, site.base, faults, provokes)
  return page
}

async function step(name, run) {
  try {
    await run()
    passed += 1
    console.log(`ok      ${name}`)
  } catch (error) {
    faults.push(`${name}: ${error.message}`)
    console.log(`FAILED  ${name}\n        ${error.message}`)
  }
}

try {
  await mkdir(here('out'), { recursive: true })
  const world = { base: site.base, api: mesh.url, tokens: mesh.tokens, asPerson, out: here('out') }
  for (const { steps } of journeys) {
    for (const [name, run] of steps) await step(name, () => run(world))
  }
  const routes = journeys.flatMap((journey) => journey.routes)
  if (!process.env.NOAXE) await step('axe: every page, light and dark, wide and narrow, no violation', () => checkAccessibility(world, routes))
  if (process.env.SCREENSHOTS) await step('screenshots', () => takeScreenshots(world, routes, process.env.SCREENSHOTS))
} finally {
  await browser.close()
  site.stop()
  mesh.stop()
}
if (faults.length > 0) console.error(`\n${faults.length} faults:\n${faults.join('\n')}`)
else console.log('\nno console error, page error, policy violation or foreign request')
console.log(`test result: ${passed} passed; ${faults.length} failed`)
process.exit(faults.length > 0 ? 1 : 0)
