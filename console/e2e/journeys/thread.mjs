import assert from 'node:assert/strict'
import { ask, call, clean, decide } from '../call.mjs'
import { noViolation, noWiderThanWindow } from '../fits.mjs'
import { signIn } from '../sign-in.mjs'

const PRODUCT = 'policy.policies_active'
const news = (page) => page.getByRole('status', { name: 'News' })
const thread = (page) => page.getByRole('region', { name: 'Questions and answers' })
const remark = (world, person, id, text) => call(world, person, 'POST', `/api/v1/requests/${id}/remarks`, { text })
const focused = (field) => field.evaluate((element) => element === document.activeElement)
const remarksOf = async (world, id) => (await call(world, 'ana', 'GET', `/api/v1/requests/${id}`)).remarks ?? []

/** A request of ana's for the time of a step. */
async function withRequest(world, use) {
  await clean(world)
  const { id } = await ask(world, 'ana', { product: PRODUCT })
  try {
    await use(id)
  } finally {
    await clean(world)
  }
}

const conversation = (world) =>
  withRequest(world, async (id) => {
    const { base, tokens, asPerson } = world
    const ana = await asPerson({ live: true })
    await signIn(ana, base, tokens.ana, `/requests/${id}`)
    await thread(ana).getByLabel('Ask those who decide').waitFor()
    const stella = await asPerson({ live: true })
    await signIn(stella, base, tokens.stella, '/inbox')
    await stella.getByRole('heading', { level: 2, name: `ana asks for ${PRODUCT}` }).waitFor()
    for (const page of [ana, stella]) await page.evaluate(() => void (window.stayed = true))

    // By keyboard alone: to the field, the question, sent.
    await stella.keyboard.press('a')
    const question = thread(stella).getByLabel('Ask ana')
    assert.ok(await focused(question), 'the key leads to the field')
    await stella.keyboard.type('Which regions do you need?\nAnd until when')
    assert.equal(await question.inputValue(), 'Which regions do you need?\nAnd until when', 'the key itself is not typed')
    await stella.keyboard.press('Control+Enter')
    await thread(stella).getByRole('listitem').getByText('Which regions').waitFor()
    await stella.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA' && document.activeElement.value === '')
    const list = stella.getByRole('list', { name: 'Requests that wait' })
    await list.getByText('Waits for ana’s answer').waitFor()
    assert.equal(await news(stella).getByRole('link', { name: /wrote about/ }).count(), 0, 'her own question is no news to stella')

    // It is there for ana without a reload, line breaks and all, and said.
    await news(ana).getByRole('link', { name: `stella wrote about the request for ${PRODUCT}` }).waitFor()
    const told = thread(ana).getByRole('listitem').getByText('Which regions')
    assert.equal(await told.evaluate((element) => element.innerText), 'Which regions do you need?\nAnd until when')
    await thread(ana).getByLabel('Your answer').fill('Germany and Austria, until March.')
    await thread(ana).getByRole('button', { name: 'Answer' }).click()
    await thread(ana).getByRole('listitem').nth(1).waitFor()

    await news(stella).getByRole('link', { name: `ana wrote about the request for ${PRODUCT}` }).waitFor()
    await thread(stella).getByText('Germany and Austria').waitFor()
    await thread(stella).getByLabel('Your answer').waitFor()
    await list.getByText('ana wrote').waitFor()
    for (const page of [ana, stella]) assert.equal(await page.evaluate(() => window.stayed), true, 'nothing was loaded anew')
    await stella.getByRole('navigation', { name: 'Pages', exact: true }).getByText('1 waiting').waitFor()
    await ana.context().close()
    await stella.context().close()
  })

const unanswered = (world) =>
  withRequest(world, async (id) => {
    const { base, tokens, asPerson } = world
    await remark(world, 'stella', id, 'Which regions do you need?')
    const page = await asPerson()
    await signIn(page, base, tokens.ana)
    const needs = page.getByRole('region', { name: 'Needs your answer' })
    await needs.getByText('Which regions do you need?').waitFor()
    await page.goto(`${base}/my-access`)
    await page.getByRole('row').filter({ hasText: id }).getByText('Waits for your answer').waitFor()
    await page.goto(base)
    await needs.getByRole('link', { name: `Answer ${id}` }).click()
    await thread(page).getByLabel('Your answer').fill('All of them.')
    await thread(page).getByRole('button', { name: 'Answer' }).click()
    await thread(page).getByLabel('Ask those who decide').waitFor()
    await page.goto(base)
    await page.getByText('You wrote last').first().waitFor()
    assert.equal(await needs.count(), 0, 'an answered question waits no more')
    await page.context().close()
  })

/** Decided while somebody writes: what they wrote is shown, not sent, not lost. */
const tooLate = (world) =>
  withRequest(world, async (id) => {
    const { base, tokens, asPerson } = world
    const deaf = await asPerson({ provokes: /409/ })
    await signIn(deaf, base, tokens.ana, `/requests/${id}`)
    await thread(deaf).getByLabel('Ask those who decide').fill('May I have\nall rows?')
    const stella = await asPerson({ live: true })
    await signIn(stella, base, tokens.stella, '/inbox')
    await stella.getByRole('heading', { level: 2, name: `ana asks for ${PRODUCT}` }).waitFor()
    await stella.keyboard.press('a')
    await stella.keyboard.type('Half a quest')
    await stella.waitForURL(/id=req-/)

    await call(world, 'stella', 'POST', `/api/v1/requests/${id}/decision`, { decision: 'approve' })
    await deaf.keyboard.press('Control+Enter')
    await deaf.getByText('It was approved meanwhile, so what you wrote was not sent.').waitFor()
    await deaf.getByText('May I have').waitFor()
    await stella.getByText(/stella decided this .*: approved\./).waitFor()
    const kept = stella.getByRole('status').filter({ hasText: 'It was approved meanwhile' })
    await kept.getByText('Half a quest').waitFor()
    assert.ok(await focused(kept), 'the focus is where the field was')
    await kept.getByRole('button', { name: 'Discard' }).click()
    await kept.waitFor({ state: 'detached' })
    assert.equal((await remarksOf(world, id)).length, 0)
    await deaf.context().close()
    await stella.context().close()
  })

const readOnly = (world) =>
  withRequest(world, async (id) => {
    const { base, tokens, asPerson } = world
    await remark(world, 'stella', id, 'Why?')
    await decide(world, 'stella', id, 'deny', { note: 'no answer' })
    await assert.rejects(remark(world, 'ana', id, 'Because'), /conflict/)
    const page = await asPerson()
    await signIn(page, base, tokens.ana, `/requests/${id}`)
    await thread(page).getByText('Why?').waitFor()
    await thread(page).getByText('The request is decided, so nothing can be added.').waitFor()
    assert.equal(await thread(page).getByRole('textbox').count(), 0)
    await page.context().close()
  })

/** A token that ends, a text that is too long, one that is empty: nothing typed is lost. */
const kept = (world) =>
  withRequest(world, async (id) => {
    const { base, tokens, asPerson } = world
    const page = await asPerson()
    await signIn(page, base, tokens.stella, `/inbox?id=${id}`)
    const field = thread(page).getByLabel('Ask ana')
    await thread(page).getByRole('button', { name: 'Ask', exact: true }).click()
    await thread(page).getByText('Write something first.').waitFor()
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
    const long = 'é'.repeat(2049)
    await field.fill(long)
    await thread(page).getByText('This is 2 bytes too long; 4,096 fit.').waitFor()
    await page.keyboard.press('Control+Enter')
    assert.equal(await field.inputValue(), long)
    assert.equal((await remarksOf(world, id)).length, 0)
    await field.fill('Half a sentence')
    await page.route('**/remarks', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"code":"not-authenticated"}' }), { times: 1 })
    await page.keyboard.press('Control+Enter')
    await page.getByText('The token is no longer valid').waitFor()
    await page.getByLabel('Token').fill(tokens.stella)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await field.waitFor()
    assert.equal(await field.inputValue(), 'Half a sentence')
    await page.context().close()
  })

const HOSTILE = `<img src=x onerror="document.title='broken'"> \u202Egnp.exe\u2066 ${'w'.repeat(400)}\n${'line\n'.repeat(40)}end`

const hostile = (world) =>
  withRequest(world, async (id) => {
    const { base, tokens, asPerson, out } = world
    await remark(world, 'stella', id, HOSTILE)
    const page = await asPerson({ viewport: { width: 320, height: 800 } })
    await signIn(page, base, tokens.ana)
    const look = async (name) => {
      for (const width of [320, 1440]) {
        await page.setViewportSize({ width, height: 900 })
        await noWiderThanWindow(page, `${name}, ${width} px`)
        if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/${name}-${width}-light.png`, fullPage: true })
      }
      assert.equal(await page.locator('main img').count(), 0)
      assert.doesNotMatch(await page.title(), /^broken/)
    }
    await page.getByRole('region', { name: 'Needs your answer' }).waitFor()
    await look('hostile-question')
    await page.goto(`${base}/requests/${id}`)
    const text = thread(page).getByText('<img src=x')
    await text.waitFor()
    await look('hostile-thread')
    assert.ok((await text.boundingBox()).height < 200, 'a long text is folded')
    await thread(page).getByRole('button', { name: 'Show all of it' }).click()
    assert.equal(await text.evaluate((element) => element.innerText.split('\n').length), HOSTILE.split('\n').length)
    await page.context().close()
  })

/** Pages with a thread on them, which no address alone leads to: by sight where that is asked for, and by axe. */
const looks = (world) =>
  withRequest(world, async (id) => {
    const { base, tokens, asPerson, out } = world
    await remark(world, 'stella', id, 'Which regions do you need?\nThe default is the EU.')
    await remark(world, 'ana', id, 'Germany and Austria.')
    await remark(world, 'stella', id, 'And until when?')
    for (const colorScheme of ['light', 'dark']) {
      for (const [person, name, path] of [['ana', 'thread-home', '/'], ['ana', 'thread-request', `/requests/${id}`], ['stella', 'thread-inbox', '/inbox']]) {
        const page = await asPerson({ colorScheme })
        await signIn(page, base, tokens[person], path)
        await page.getByText('And until when?').or(page.getByRole('heading', { name: 'Effect of approving' })).first().waitFor()
        await page.waitForLoadState('networkidle')
        if (path === '/inbox') await page.keyboard.press('a')
        for (const width of [1440, 390, 320]) {
          await page.setViewportSize({ width, height: 900 })
          await noWiderThanWindow(page, `${name}, ${width} px`)
          await noViolation(page, `${name} ${width} ${colorScheme}`)
          if (process.env.SCREENSHOTS) await page.screenshot({ path: `${out}/${name}-${width}-${colorScheme}.png`, fullPage: width < 1000 })
        }
        await page.context().close()
      }
    }
  })

/** What a purpose is and on which basis, where it is chosen and where it is decided on. */
const purposes = (world) =>
  withRequest(world, async (id) => {
    const { base, tokens, asPerson } = world
    const { items } = await call(world, 'ana', 'GET', '/api/v1/purposes')
    const fraud = items.find(({ purpose }) => purpose === 'fraud-detection')
    const said = fraud.description.slice(1, 30)
    const page = await asPerson()
    await signIn(page, base, tokens.ana, '/p/policy/policy_keys/access?request=true')
    const dialog = page.getByRole('dialog')
    const own = dialog.getByLabel('Purpose')
    await own.waitFor()
    const options = await own.locator('option').allTextContents()
    await own.selectOption({ index: 1 })
    const chosen = items.find(({ purpose }) => purpose === options[1])
    if (chosen.description) await dialog.getByText(chosen.description.slice(1, 30)).waitFor()
    await page.goto(`${base}/requests/${id}`)
    await page.getByText(said).waitFor()
    await page.goto(`${base}/sql?purpose=fraud-detection`)
    const select = page.getByLabel('Purpose')
    await page.waitForFunction((part) => document.querySelector('.sql-toolbar select')?.title.includes(part), said)
    assert.equal(await select.inputValue(), 'fraud-detection')
    await page.context().close()

    const petra = await asPerson()
    await signIn(petra, base, tokens.petra, '/me/tokens?make=true')
    await petra.getByRole('dialog').getByLabel('Purpose (optional)').selectOption('fraud-detection')
    await petra.getByRole('dialog').getByText(said).waitFor()
    const label = `label ${Date.now()}`
    await petra.getByRole('dialog').getByLabel('Label (optional)').fill(label)
    await petra.getByRole('dialog').getByRole('button', { name: 'Make the token' }).click()
    await petra.getByRole('dialog').getByRole('button', { name: 'I have it' }).click()
    const row = petra.getByRole('row').filter({ hasText: label })
    await row.getByText('fraud-detection').waitFor()
    await row.getByRole('button', { name: /^Revoke/ }).click()
    await petra.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await petra.goto(`${base}/d/policy/people`)
    const { engineers } = await call(world, 'stella', 'GET', '/api/v1/domains/policy')
    await petra.getByRole('definition').filter({ hasText: `${engineers}: build, publish` }).waitFor()
    await petra.getByRole('heading', { name: 'Who is told what' }).waitFor()
    await petra.context().close()
  })

export const steps = [
  ['stella asks by keyboard and ana answers, each told without a reload', conversation],
  ['a question waits for ana on her home page until she answers', unanswered],
  ['a request that is decided while somebody writes keeps what they wrote', tooLate],
  ['what was asked can be read after the decision, and not continued', readOnly],
  ['an empty or too long text is refused in place, and a token that ends keeps it', kept],
  ['hostile remarks do nothing, break no layout and keep their lines', hostile],
  ['a thread has no fault of accessibility, light and dark, wide and narrow', looks],
  ['purposes say what they are, tokens their label, a domain its engineers', purposes],
]

export const routes = [
  ['tokens-labels', '/me/tokens'],
  ['people-told', '/d/policy/people', 'stella'],
  ['token-purpose', '/me/tokens?make=true', 'petra'],
]
