import assert from 'node:assert/strict'
import { settled } from '../pages.mjs'
import { signIn } from '../sign-in.mjs'
import { COLUMNS, TOTAL, manyProducts, manyRequests, wideProduct } from './made.mjs'
import { inTime, told } from './numbers.mjs'
import { noWiderThanWindow } from '../fits.mjs'
import { untilPainted } from './page.mjs'
import { INTERACTION_MS } from './speed.mjs'

/** A painted page of a person's, and ways to measure what it does. */
async function opened({ base, tokens, asPerson, out }, person, prepare, path) {
  const page = await asPerson()
  await prepare(page)
  await signIn(page, base, tokens[person])
  const open = async (to = path) => {
    await page.goto(base + to)
    await settled(page)
  }
  await open()
  const fits = async (name) => {
    for (const width of [320, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      await noWiderThanWindow(page, `${name} at ${width} px`)
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/${name}-${width}-light.png` })
    }
  }
  const takes = (name, shown, act) =>
    inTime(name, INTERACTION_MS, async () => {
      await open()
      return untilPainted(page, shown, act)
    })
  return { page, open, fits, takes }
}

const click = (on) => ({ on: 'pointerup', ...on })
const type = (on) => ({ on: 'keydown', ...on })

async function marketplace(world) {
  const { page, open, fits, takes } = await opened(world, 'ana', (to) => manyProducts(world, to), '/marketplace')
  await page.getByText(`${TOTAL.toLocaleString('en')} products`).waitFor()
  assert.equal(await page.getByRole('region', { name: 'Domain', exact: true }).getByRole('listitem').count(), 60)
  await takes('10,000 products: choose a domain', click({ selector: '[role=status]', text: '1,234' }), () =>
    page.locator('.facets').getByRole('link', { name: 'domain_41' }).click(),
  )
  await takes('10,000 products: next page', click({ selector: 'article h2', text: 'Product 39' }), () => page.getByRole('link', { name: 'Next page' }).click())
  await takes('10,000 products: search', type({ selector: '[role=status]', text: 'for “lapse”' }), async () => {
    await page.getByLabel('Search products').focus()
    await page.keyboard.type('lapse')
  })
  await takes('10,000 products: as a table', click({ selector: 'main tbody tr' }), () => page.getByRole('link', { name: 'Table' }).click())
  await open()
  await fits('scale-marketplace')
  await open('/marketplace?view=table')
  await fits('scale-marketplace-table')
  await page.context().close()
}

async function schema(world) {
  const path = '/p/claims/fraud_signals/schema'
  const { page, open, fits, takes } = await opened(world, 'ana', wideProduct, path)
  const rows = page.getByRole('region', { name: 'Columns of signals' }).locator('tbody tr')
  await rows.nth(COLUMNS - 1).waitFor()
  const filter = page.getByLabel('Find columns')
  await filter.fill('column_49')
  await page.getByText(`10 of ${COLUMNS} columns`).waitFor()
  assert.equal(await rows.count(), 10)
  await page.waitForURL(/find=column_49/)
  await page.reload()
  await page.getByText(`10 of ${COLUMNS} columns`).waitFor()
  await filter.fill('nothing like this')
  await page.getByText(`0 of ${COLUMNS} columns`).waitFor()
  await takes('500 columns: filter', type({ selector: '[role=status]', text: `10 of ${COLUMNS}` }), async () => {
    await filter.focus()
    await page.keyboard.type('column_49')
  })
  const allAgain = async (row) => {
    await open()
    await filter.fill('column_499')
    await page.getByText(`1 of ${COLUMNS} columns`).waitFor()
    await page.waitForURL(/find=column_499/)
    await filter.press('Control+a')
    return untilPainted(page, type({ selector: `tbody tr:nth-child(${row})` }), () => page.keyboard.press('Delete'))
  }
  await inTime('500 columns: all again, a window full', INTERACTION_MS, () => allAgain(20))
  told('500 columns: all again, until the last one is there', `${Math.round(await allAgain(COLUMNS))} ms`)
  const change = async (column) => {
    await open(path.replace('schema', 'overview'))
    const link = page.getByRole('navigation', { name: 'Product', exact: true }).getByRole('link', { name: 'Schema' })
    return untilPainted(page, click({ selector: 'tbody code', text: column }), () => link.click())
  }
  await inTime('500 columns: switch to Schema', INTERACTION_MS, () => change('column_0'))
  told('500 columns: until the last one is there', `${Math.round(await change('column_499'))} ms`)
  await open()
  await fits('scale-schema')
  await page.context().close()
}

async function inbox(world) {
  const { page, open, fits, takes } = await opened(world, 'stella', (to) => manyRequests(world, to), '/inbox')
  await page.getByText('More than 500 requests wait.').waitFor()
  const approve = await page.getByRole('button', { name: /^Approve/ }).boundingBox()
  assert.ok(approve.y + approve.height <= 900, 'the decision is in sight')
  const list = page.getByRole('list', { name: 'Requests that wait' })
  assert.equal(await list.getByRole('listitem').count(), 500)
  await takes('500 requests: open another', click({ selector: 'blockquote', text: 'Reason 250 ' }), () => list.getByRole('button', { name: /product_250 / }).click())
  const title = page.getByRole('heading', { level: 2, name: /product_250$/ })
  const { y } = await title.boundingBox()
  assert.ok(y >= 0 && y < 900, 'what is open is in sight of what was pressed')
  for (let pressed = 0; pressed < 20; pressed += 1) await page.keyboard.press('j')
  const next = await list.locator('[aria-current]', { hasText: 'product_270' }).boundingBox()
  assert.ok(next.y >= 0 && next.y < 900, 'what the keys lead to is in sight')
  await takes('500 requests: next one by key', type({ selector: 'blockquote', text: 'Reason 1 ' }), () => page.keyboard.press('j'))
  await takes('500 requests: of one person', { on: 'change', selector: 'blockquote', text: 'Reason 7 ' }, () => page.getByLabel('Asked by').selectOption('user:person_7'))
  await takes('500 requests: approve', click({ selector: 'dialog[open] textarea' }), () => page.getByRole('button', { name: /^Approve/ }).click())
  await open()
  await fits('scale-inbox')
  await page.context().close()
}

export const scaleSteps = [
  ['10,000 products and 60 domains', marketplace],
  ['a product of 500 columns, which can be filtered', schema],
  ['1,000 requests in the inbox', inbox],
]
