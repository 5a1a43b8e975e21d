import { clean } from '../call.mjs'
import { settled } from '../pages.mjs'
import { signIn } from '../sign-in.mjs'
import { inTime } from './numbers.mjs'
import { untilPainted } from './page.mjs'

export const INTERACTION_MS = 200

const TABS = [
  ['Schema', { selector: 'thead th', text: 'What it means' }],
  ['Quality', { selector: 'thead th', text: 'Promised' }],
  ['Contract', { selector: 'main pre' }],
]

/** With the server's own answers, none of which the page has read before. */
async function interactions(world) {
  const { base, tokens, asPerson } = world
  await clean(world)
  const page = await asPerson()
  await signIn(page, base, tokens.ana)
  const open = async (path) => {
    await page.goto(base + path)
    await settled(page)
  }
  await inTime('open the request drawer', INTERACTION_MS, async () => {
    await open('/p/policy/policies_active/overview')
    const link = page.getByRole('link', { name: 'Request access' })
    return untilPainted(page, { on: 'pointerup', selector: 'dialog[open] label', text: 'Reason' }, () => link.click())
  })
  for (const [tab, shown] of TABS) {
    await inTime(`switch to the tab ${tab}`, INTERACTION_MS, async () => {
      await open('/p/claims/fraud_signals/overview')
      const link = page.getByRole('navigation', { name: 'Product', exact: true }).getByRole('link', { name: tab })
      return untilPainted(page, { on: 'pointerup', ...shown }, () => link.click())
    })
  }
  await inTime('last letter in the search until it shows', INTERACTION_MS, async () => {
    await open('/marketplace')
    await page.getByLabel('Search products').focus()
    return untilPainted(page, { on: 'keydown', selector: '[role=status]', text: 'for “fraud”' }, () => page.keyboard.type('fraud'))
  })
  await page.context().close()
}

export const speedSteps = [['drawer, tabs and search answer at once', interactions]]
