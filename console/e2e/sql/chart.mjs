import assert from 'node:assert/strict'
import { inTime } from '../budget/numbers.mjs'
import { untilPainted } from '../budget/page.mjs'
import { INTERACTION_MS } from '../budget/speed.mjs'
import { noViolation, noWiderThanWindow } from '../fits.mjs'
import { signIn } from '../sign-in.mjs'
import { PURPOSE, answerWith, button, run } from './page.mjs'

const CHART = `${PURPOSE}&view=chart`
const output = (page) => page.getByRole('navigation', { name: 'Output' })
const drawing = (page, name) => page.getByRole('img', { name, exact: true })
const along = (page) => page.getByRole('combobox', { name: 'along' })
const slider = (page) => page.getByRole('slider', { name: 'Point' })
const searchOf = (page) => new URL(page.url()).searchParams

const COLUMNS = [
  { name: 'kind', type: 'string' },
  { name: 'day', type: 'date' },
  { name: 'big', type: 'integer' },
  { name: 'share', type: 'decimal(10,2)' },
  { name: 'rate', type: 'number' },
]
const ROWS = [
  ['a', '2026-01-01', '9007199254740993', '1.50', 0.5],
  ['b', '2026-01-02', '9007199254740992', null, 'NaN'],
  [null, '2026-01-05', '5', '-2.25', 1],
  ['d', null, '7', '3.00', 2],
]

async function chosen({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, PURPOSE)
  await answerWith(page, COLUMNS, ROWS)
  await run(page, 'SELECT made')
  await page.getByRole('grid', { name: 'Rows' }).waitFor()
  await output(page).getByRole('link', { name: 'Chart' }).click()
  // Proposed: a time comes first, and every one of them once.
  await drawing(page, 'Lines of big along day').waitFor()
  assert.equal(searchOf(page).get('chart'), null, 'a proposal is not in the address')
  await page.getByText('1 row left out: day is NULL or has no place on the axis.', { exact: false }).waitFor()
  await page.getByLabel('Drawn as').selectOption({ label: 'Bars' })
  await along(page).selectOption('kind')
  await drawing(page, 'Bars of big along kind').waitFor()
  await page.getByLabel('Column drawn').selectOption('share')
  await button(page, 'Add a column').click()
  await page.getByLabel('Column drawn, 2 of 2').selectOption('rate')
  await drawing(page, 'Bars of share, rate along kind').waitFor()
  for (const said of ['1 row left out: kind is NULL', '1 value of share left out: NULL or not a number.', '1 value of rate left out']) {
    await page.getByText(said, { exact: false }).waitFor()
  }
  assert.deepEqual([searchOf(page).get('chart'), searchOf(page).get('x'), searchOf(page).get('y')], ['bar', 'kind', '["share","rate"]'])
  // The values as the answer has them, by keyboard.
  await page.getByLabel('Column drawn, 1 of 2').selectOption('big')
  await slider(page).focus()
  assert.equal(await slider(page).getAttribute('aria-valuetext'), 'Row 1, kind a, big 9007199254740993, rate 0.5')
  await page.keyboard.press('ArrowRight')
  assert.equal(await slider(page).getAttribute('aria-valuetext'), 'Row 2, kind b, big 9007199254740992, rate NaN')
  await page.keyboard.press('End')
  assert.match(await slider(page).getAttribute('aria-valuetext'), /^Row 4, kind d/)
  const box = await page.locator('svg.chart').boundingBox()
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2)
  assert.match(await slider(page).getAttribute('aria-valuetext'), /^Row 1,/)
  await button(page, 'Leave out rate').click()
  await drawing(page, 'Bars of big along kind').waitFor()
  // The table, and back to the same chart; another run stays with the chart.
  await page.getByRole('link', { name: 'The rows as a table' }).click()
  await page.getByRole('grid', { name: 'Rows' }).waitFor()
  await output(page).getByRole('link', { name: 'Chart' }).click()
  await drawing(page, 'Bars of big along kind').waitFor()
  await button(page, 'Run').click()
  await drawing(page, 'Bars of big along kind').waitFor()
  await along(page).selectOption({ label: 'the number of the row' })
  await drawing(page, 'Bars of big along the number of the row').waitFor()
  assert.equal(searchOf(page).get('x'), '')
  await page.context().close()
}

async function maskedSaid({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, CHART)
  await run(page, 'SELECT customer_national_id, count(*) AS claims FROM claims.fraud_signals.signals GROUP BY 1')
  await drawing(page, 'Bars of claims along customer_national_id').waitFor()
  await page.getByText('This chart draws masked values').waitFor()
  await page.getByRole('listitem').filter({ hasText: /^customer_national_id: A token/ }).waitFor()
  assert.equal(await along(page).locator('option:checked').innerText(), 'customer_national_id (masked)')
  await run(page, 'SELECT claim_id, score FROM claims.fraud_signals.signals')
  await drawing(page, 'Bars of score along claim_id').waitFor()
  await page.waitForLoadState('networkidle')
  assert.equal(await page.getByText('This chart draws masked values').count(), 0, 'what is not masked is not said to be')
  await run(page, 'SELECT full_name FROM customer.customer_master.customers LIMIT 3')
  await page.getByText('No column of numbers.').waitFor()
  await page.context().close()
}

async function limits({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/sql')
  const columns = Array.from({ length: 500 }, (_, at) => ({ name: at === 0 ? '\u202Etxet\u202C<b>' : `column_${at}`, type: at === 0 ? 'string' : 'integer' }))
  const row = columns.map((_, at) => (at === 0 ? `${'long '.repeat(40)}<img src=x>` : at % 5 === 0 ? null : String(at)))
  await answerWith(page, columns, Array.from({ length: 4_000 }, () => row))
  await run(page, 'SELECT wide')
  await page.getByRole('grid', { name: 'Rows' }).waitFor()
  await inTime('4,000 rows of 500 columns: to the chart', INTERACTION_MS, async () => {
    await output(page).getByRole('link', { name: 'Results' }).click()
    await page.getByRole('grid', { name: 'Rows' }).waitFor()
    return untilPainted(page, { on: 'pointerup', selector: 'figure svg text', text: 'column_' }, () => output(page).getByRole('link', { name: 'Chart' }).click())
  })
  await page.getByLabel('Drawn as').selectOption({ label: 'Points' })
  await page.getByText('The first 2,000 of 4,000 rows are drawn; ORDER BY decides which come first.', { exact: false }).waitFor()
  await along(page).selectOption({ index: 1 })
  await page.getByLabel('Drawn as').selectOption({ label: 'Bars' })
  await page.getByText('The first 100 of 4,000 rows are drawn', { exact: false }).waitFor()
  for (const width of [320, 1024, 1440]) {
    await page.setViewportSize({ width, height: 900 })
    await noWiderThanWindow(page, `${width} px`)
    const drawn = await page.locator('svg.chart').boundingBox()
    assert.ok(drawn.x >= 0 && drawn.x + drawn.width <= width, `${width} px: the chart fits`)
  }
  await page.context().close()
}

async function accessible({ base, tokens, asPerson, out }) {
  for (const look of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'dark', theme: 'contrast' }]) {
    const page = await asPerson(look)
    const name = look.theme ?? look.colorScheme
    await signIn(page, base, tokens.ana, CHART)
    await answerWith(page, COLUMNS, ROWS)
    await run(page, 'SELECT made')
    await drawing(page, 'Lines of big along day').waitFor()
    for (const kind of ['Lines', 'Bars']) {
      await page.getByLabel('Drawn as').selectOption({ label: kind })
      await slider(page).focus()
      for (const width of [320, 1440]) {
        await page.setViewportSize({ width, height: 900 })
        await noViolation(page, `${kind}, ${name}, ${width} px`)
        if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/sql-chart-${kind}-${width}-${name}.png`, fullPage: true })
      }
    }
    await page.context().close()
  }
}

export const chartSteps = [
  ['a chart is proposed, changed and read, and the address says which', chosen],
  ['a chart of masked values says so', maskedSaid],
  ['a chart of many rows and columns is drawn soon, in part, and fits', limits],
  ['no violation in a chart', accessible],
]
