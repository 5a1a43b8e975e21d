import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { checkAccessibility } from './axe.mjs'
import { demo } from './demo.mjs'
import { approveByKeyboard, findAndAsk, refusals, seesAccess, sessionEnds } from './journeys.mjs'
import { takeScreenshots } from './screenshots.mjs'
import { serve } from './serve.mjs'
import { watch } from './watch.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const ARGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
]

const mesh = await demo(process.env)
const site = await serve(here('../dist'), mesh.url)
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS })
const faults = []
let passed = 0

/** A fresh browser profile: nothing of one person is left for the next. */
async function asPerson(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  watch(page, site.base, faults)
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
  await step('ana finds the fraud signals and asks for the policies', () => findAndAsk(world))
  await step('axe: every route, light and dark, no violation', () => checkAccessibility(world))
  if (process.env.SCREENSHOTS) await step('screenshots', () => takeScreenshots(world))
  await step('stella approves in the inbox by keyboard', () => approveByKeyboard(world))
  await step('ana sees the access listed', () => seesAccess(world))
  await step('absent and invisible look the same; a refusal is shown with its request id', () => refusals(world))
  await step('a token that ends brings the sign-in back and keeps the address', () => sessionEnds(world))
} finally {
  await browser.close()
  site.stop()
  mesh.stop()
}
if (faults.length > 0) {
  console.error(`\n${faults.length} faults:\n${faults.join('\n')}`)
  process.exit(1)
}
console.log(`\n${passed} steps passed: no console error, page error, policy violation or foreign request`)
process.exit(0)
