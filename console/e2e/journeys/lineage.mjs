import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { fakeLineage } from '../../test/fake-lineage.mjs'
import { signIn } from '../sign-in.mjs'

const focused = '/lineage?focus=claims.fraud_signals'
const box = (page, name) => page.getByRole('button', { name, pressed: undefined }).and(page.locator('[data-box]'))
const params = (page) => new URL(page.url()).searchParams
const drawn = (page) => page.locator('[data-box]').first().waitFor()

/** What is saved by a button, as text. */
async function saved(page, button) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()])
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
}

async function pick({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana)
  await page.keyboard.press('g')
  await page.keyboard.press('l')
  await page.getByRole('heading', { level: 1, name: 'Lineage' }).waitFor()
  await page.getByLabel('Product', { exact: true }).fill('fraud')
  await page.getByRole('link', { name: /^Fraud signals/ }).click()
  await drawn(page)
  await page.getByRole('combobox', { name: 'Port' }).selectOption('signals')
  await page.waitForURL(/focus=claims\.fraud_signals\.signals/)
  await page.getByRole('combobox', { name: 'Column' }).selectOption('score')
  await page.waitForURL(/signals\.score/)
  await page.locator('.lineage-column', { hasText: 'disclosure_block' }).first().waitFor()
  await page.getByRole('link', { name: 'Choose another product' }).click()
  await page.getByLabel('Product', { exact: true }).waitFor()
  await page.context().close()
}

/** J5: a column's way is walked by keyboard, and the table says the same. */
async function walk({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/p/claims/fraud_signals/schema')
  await page.getByRole('link', { name: 'Lineage of this column, score' }).click()
  await drawn(page)
  assert.equal(params(page).get('focus'), 'claims.fraud_signals.signals.score')

  await box(page, /^claims\.fraud_signals\.signals, port, what you look at/).focus()
  await page.keyboard.press('ArrowLeft')
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-side') === 'up')
  for (let steps = 0; steps < 12; steps += 1) {
    const at = await page.evaluate(() => document.activeElement.getAttribute('data-box'))
    if (at === 'customer.customer_master.customers') break
    await page.keyboard.press(steps < 6 ? 'ArrowUp' : 'ArrowDown')
  }
  await page.keyboard.press('Enter')
  const panel = page.getByRole('complementary', { name: 'Chosen box' })
  await panel.getByText('customer-owners').waitFor()
  await panel.getByText('Why this link is here').click()
  await panel.getByText('customer.customer_master.customers.national_id').waitFor()
  assert.equal(params(page).get('sel'), 'customer.customer_master.customers')
  await page.keyboard.press('Tab')
  await page.locator('[data-box][tabindex="0"]').focus()
  await page.keyboard.press('e')
  await page.waitForURL(/up=2/)
  await page.keyboard.press('f')
  await page.waitForURL(/focus=customer\.customer_master\.customers/)
  await page.getByRole('heading', { level: 1, name: 'Lineage of customer.customer_master.customers' }).waitFor()
  // The box that had the keyboard's focus is gone; the one that is looked at has it now.
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-side') === 'focus')
  await page.context().close()
}

async function sameAsTable({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.emre, `${focused}&level=port`)
  await drawn(page)
  await page.waitForLoadState('networkidle')
  const links = await page.locator('[data-drawing] .lineage-link').count()
  const svg = await saved(page, 'Save as SVG')
  assert.match(svg.text, /^<svg[^>]+viewBox="0 0 /)
  assert.match(svg.text, /silver\.claims/)
  assert.doesNotMatch(svg.text, /class=|tabindex|var\(--/)
  const ofGraph = await saved(page, 'Save as CSV')
  await page.getByRole('link', { name: 'Table', exact: true }).click()
  const rows = page.getByRole('region', { name: 'Lineage' }).locator('tbody tr')
  await rows.first().waitFor()
  assert.equal(await rows.count(), links)
  const csv = await saved(page, 'Save as CSV')
  assert.equal(csv.text.trim().split('\r\n').length, links + 1)
  assert.equal(ofGraph.text, csv.text, 'the graph and the table save the same links')
  await page.getByLabel('Find').fill('bronze trips')
  await page.getByText(`of ${links} lines`).waitFor()
  assert.ok((await rows.count()) < links)
  await page.getByLabel('Find').fill('')
  await page.getByRole('button', { name: /^From/ }).click()
  await page.waitForURL(/sort=from/)
  const from = await rows.locator('td:nth-child(2)').allInnerTexts()
  assert.deepEqual(from, [...from].sort((a, b) => a.localeCompare(b)))
  await page.reload()
  await page.locator('th[aria-sort="ascending"]', { hasText: 'From' }).waitFor()
  await page.context().close()
}

async function namelessForAna({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, focused)
  await page.locator('[data-kind="hidden"]').click()
  await page.getByText('Nothing more is said of it').waitFor()
  assert.doesNotMatch(await page.locator('.lineage-view').innerText(), /silver|bronze|risk_premiums/)
  await page.context().close()
}

async function impact({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.sven, '/lineage?focus=customer.customer_master&view=impact')
  const felt = page.getByRole('region', { name: 'Made of this product' })
  await felt.getByText('claims-owners').first().waitFor()
  const readers = page.getByRole('region', { name: 'Who reads it' })
  await readers.getByRole('rowheader', { name: 'ana' }).first().waitFor()
  await page.getByText('You are not told of:').waitFor()
  assert.match((await saved(page, 'Save as CSV')).text, /^Product,Steps away/)
  await page.context().close()
}

async function past({ base, tokens, asPerson }) {
  const now = new Date().toISOString().replace(/\.\d+/, '')
  const ana = await asPerson()
  await signIn(ana, base, tokens.ana, `${focused}&asof=${now}`)
  await ana.getByText('may ask about the past').waitFor()
  await ana.getByRole('link', { name: 'Show the lineage of now' }).click()
  await drawn(ana)
  await ana.context().close()
  const iris = await asPerson()
  await signIn(iris, base, tokens.iris, focused)
  await iris.getByLabel('As of (UTC)').fill(now.slice(0, 16))
  await iris.getByRole('button', { name: 'Show', exact: true }).click()
  await iris.waitForURL(/asof=/)
  await iris.getByRole('button', { name: 'Back to now' }).waitFor()
  await iris.goto(`${base}${focused}&asof=${now}`)
  await drawn(iris)
  await iris.context().close()
}

/** A page whose answers about lineage are made up. */
async function made({ base, tokens, asPerson }, products) {
  const page = await asPerson()
  const sides = fakeLineage(products)
  await signIn(page, base, tokens.ana)
  await page.route('**/api/v1/lineage?*', (route) => {
    const asked = new URL(route.request().url()).searchParams
    const edges = asked.get('up') === '0' ? sides.down : sides.up
    return route.fulfill({ json: { of: asked.get('of'), at: '2026-01-01T00:00:00Z', edges } })
  })
  return page
}

const FIRST_PAINT_MS = 1000
const TRIES = 3

/** How many others want each processor: a page waits for its turn that much longer. */
const crowded = () => Math.max(1, loadavg()[0] / availableParallelism())

/** How long after the navigation so many boxes were painted. */
async function paintTime(page, address, boxes) {
  await page.goto(address)
  return page.evaluate(
    (count) =>
      new Promise((done) => {
        const look = () => {
          // After the frame in which all are there.
          if (document.querySelectorAll('[data-box]').length === count) requestAnimationFrame(() => done(performance.now()))
          else requestAnimationFrame(look)
        }
        look()
      }),
    boxes,
  )
}

async function hundred(world) {
  const page = await made(world, 100)
  for (const level of ['product', 'column']) {
    const times = []
    for (let tries = 0; tries < TRIES; tries += 1) {
      times.push(await paintTime(page, `${world.base}/lineage?focus=fake.p0&level=${level}`, 100))
    }
    console.log(`        100 boxes, level ${level}: drawn ${times.map((time) => time.toFixed(0)).join(', ')} ms after navigation`)
    const most = FIRST_PAINT_MS * crowded()
    assert.ok(Math.min(...times) < most, `drawn later than ${most.toFixed(0)} ms`)
    // Laid out by the worker: the page's own copy of the layout was not loaded.
    const files = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
    assert.deepEqual(files.filter((name) => /layout-[^/]+\.js/.test(name)), [])
  }
  await page.context().close()
}

async function zoom(world) {
  const page = await made(world, 100)
  await page.goto(`${world.base}/lineage?focus=fake.p0`)
  await drawn(page)
  const place = () => page.locator('[data-drawing]').getAttribute('transform')
  const seen = new Set([await place()])
  const changes = async (act) => {
    await act()
    const next = await place()
    assert.ok(!seen.has(next), `nothing moved: ${next}`)
    seen.add(next)
  }
  await changes(() => page.getByRole('button', { name: 'Zoom in' }).click())
  await changes(() => page.getByRole('button', { name: 'Fit' }).click())
  await changes(() => page.getByRole('button', { name: 'Zoom out' }).click())
  const { x, y } = await page.locator('.lineage-svg').boundingBox()
  await changes(async () => {
    await page.mouse.move(x + 20, y + 20)
    await page.mouse.down()
    await page.mouse.move(x + 120, y + 60, { steps: 5 })
    await page.mouse.up()
  })
  await changes(async () => {
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -200)
    await page.keyboard.up('Control')
    await page.waitForTimeout(100)
  })
  await page.context().close()
}

/** The map in the corner is for the pointer: it moves the window, and is not there where all is seen. */
async function map(world) {
  const page = await made(world, 100)
  await page.goto(`${world.base}/lineage?focus=fake.p0`)
  await drawn(page)
  const corner = page.locator('.lineage-map')
  const seen = corner.locator('.lineage-map-seen')
  await corner.waitFor()
  assert.equal(await corner.getAttribute('aria-hidden'), 'true')
  const middle = async (locator) => {
    const { x, y, width, height } = await locator.boundingBox()
    return { x: x + width / 2, y: y + height / 2 }
  }
  const before = await middle(seen)
  const { x, y, width } = await corner.boundingBox()
  await page.mouse.click(x + width / 2, y + 8)
  const above = await middle(seen)
  assert.ok(above.y < before.y - 5, `a click moves the window there: ${before.y} to ${above.y}`)
  await page.mouse.move(above.x, above.y)
  await page.mouse.down()
  await page.mouse.move(above.x, above.y + 10, { steps: 5 })
  await page.mouse.up()
  const dragged = await middle(seen)
  assert.ok(Math.abs(dragged.y - above.y - 10) < 3, `the frame follows the pointer: ${above.y} to ${dragged.y}`)

  // The keyboard takes the window along, and no box that it reaches lies beneath the map.
  await page.locator('[data-box][tabindex="0"]').focus()
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowDown']) {
    await page.keyboard.press(key)
    const [box, frame, cover] = await Promise.all(
      [page.locator('[data-box]:focus .lineage-frame'), page.locator('.lineage-svg'), corner].map((each) => each.boundingBox()),
    )
    assert.ok(box.x >= frame.x && box.x + box.width <= frame.x + frame.width, `${key}: beside the window`)
    assert.ok(box.y >= frame.y && box.y + box.height <= frame.y + frame.height, `${key}: above or below the window`)
    assert.ok(box.x + box.width <= cover.x || box.y + box.height <= cover.y, `${key}: beneath the map`)
  }
  await page.getByRole('button', { name: 'Fit' }).click()
  await corner.waitFor({ state: 'detached' })
  await page.context().close()
}

async function picture({ base, tokens, asPerson }) {
  const page = await asPerson({ colorScheme: 'dark' })
  await signIn(page, base, tokens.emre, `${focused}&level=port`)
  await drawn(page)
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as PNG' }).click()])
  assert.match(file.suggestedFilename(), /^Lineage-of-claims\.fraud_signals\.png$/)
  const bytes = await readFile(await file.path())
  const shape = await page.evaluate(async (address) => {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: image.width, height: image.height })
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0)
    const { data } = context.getImageData(0, 0, image.width, image.height)
    const colours = new Set()
    for (let at = 0; at < data.length; at += 4) colours.add(`${data[at]},${data[at + 1]},${data[at + 2]}`)
    return { width: image.width, ground: [...data.slice(0, 4)], colours: colours.size }
  }, `data:image/png;base64,${bytes.toString('base64')}`)
  const width = Number(/viewBox="0 0 (\S+) /.exec((await saved(page, 'Save as SVG')).text)[1])
  assert.ok(Math.abs(shape.width - 2 * width) <= 1, `${shape.width} pixels for ${width}`)
  assert.deepEqual(shape.ground, [24, 32, 39, 255], 'the ground is the theme’s')
  assert.ok(shape.colours > 20, `${shape.colours} colours: something is drawn`)
  await page.context().close()
}

async function refusesThousand(world) {
  const page = await made(world, 1000)
  await page.goto(`${world.base}/lineage?focus=fake.p0`)
  await page.getByText('This would be a graph of 1,000 boxes').waitFor()
  await page.getByRole('link', { name: 'Show as a table' }).click()
  await page.getByRole('button', { name: /^Show all [\d,]+ lines$/ }).click()
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length > 1000)
  await page.context().close()
}

async function onPhone({ base, tokens, asPerson }) {
  const page = await asPerson({ viewport: { width: 390, height: 800 } })
  await signIn(page, base, tokens.ana, focused)
  await page.getByRole('region', { name: 'Lineage' }).waitFor()
  assert.equal(await page.locator('[data-box]').count(), 0)
  await page.context().close()
}

export const steps = [
  ['lineage: a product is found and picked, then a port and a column', pick],
  ['lineage: a column is walked by keyboard to where it comes from', walk],
  ['lineage: the table and the files have what the graph has', sameAsTable],
  ['lineage: what may not be told is nameless', namelessForAna],
  ['lineage: the impact names who reads, as far as it is told', impact],
  ['lineage: the past is for auditors, and others are told so', past],
  ['lineage: 100 boxes are drawn within a second', hundred],
  ['lineage: the drawing is moved and scaled', zoom],
  ['lineage: the map moves the window and covers nothing that the keyboard reaches', map],
  ['lineage: the drawing is saved as a picture', picture],
  ['lineage: a thousand boxes are not drawn but listed', refusesThousand],
  ['lineage: a phone begins with the table', onPhone],
]

export const routes = [
  ['lineage-entry', '/lineage'],
  ['lineage-entry-nothing', '/lineage?q=xyzzyq'],
  ['lineage-graph', `${focused}&sel=customer.customer_master&view=graph`],
  ['lineage-tables', `${focused}&level=port&up=2&down=2&view=graph&sel=claims%2Fsilver.claims`, 'emre'],
  ['lineage-columns', '/lineage?focus=claims.fraud_signals.signals.score&up=2&view=graph&sel=customer.customer_master.customers', 'emre'],
  ['lineage-all-columns', `${focused}&level=column&view=graph`],
  ['lineage-table', `${focused}&level=column&view=table&hide=rows`],
  ['lineage-impact', '/lineage?focus=customer.customer_master&view=impact', 'sven'],
  ['lineage-none', '/lineage?focus=claims.nothing_here'],
  ['lineage-refused', `${focused}&asof=2026-01-01`],
]
