import assert from 'node:assert/strict'
import { signIn } from '../sign-in.mjs'

const inAccess = (page, product) =>
  page.getByRole('region', { name: 'Access', exact: true }).getByRole('link', { name: product, exact: true })

async function findAndAsk({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana)
  await page.keyboard.press('/')
  await page.keyboard.type('fraud')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Fraud signals' }).click()
  await page.getByRole('heading', { level: 1, name: 'Fraud signals' }).waitFor()
  await page.getByRole('link', { name: 'Schema' }).click()
  await page.getByText('A token; equal values have equal tokens').waitFor()
  await page.getByRole('link', { name: 'Sample' }).click()
  await page.getByRole('link', { name: 'Rows as you see them' }).click()
  await page.getByText('You see these rows because of').waitFor()

  await page.goto(`${base}/p/policy/policies_active/access?request=true`)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send request' }).click()
  await dialog.getByText('Choose a purpose.').waitFor()
  await dialog.getByLabel('Purpose').selectOption('fraud-detection')
  await dialog.getByLabel('Reason').fill('Check the cover of suspicious claims')
  await dialog.getByRole('button', { name: 'Send request' }).click()
  await dialog.getByText('Your request is sent').waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.goto(`${base}/my-access`)
  await page.getByRole('button', { name: /^Withdraw req-/ }).waitFor()
  assert.equal(await inAccess(page, 'policy.policies_active').count(), 0)
  await page.context().close()
}

async function approveByKeyboard({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.stella)
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.getByRole('heading', { level: 2, name: 'ana asks for policy.policies_active' }).waitFor()
  await page.getByText('policy_no, customer_id').waitFor()
  await page.keyboard.press('d')
  await page.getByRole('dialog').getByText('Deny the request?').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('a')
  await page.getByRole('dialog').getByText('Approve the request?').waitFor()
  await page.keyboard.type('fine for claims')
  const note = await page.getByRole('dialog').getByLabel('Note (optional)').inputValue()
  if (note !== 'fine for claims') throw new Error(`what was typed did not arrive in the note, which holds "${note}"`)
  await page.keyboard.press('Tab')
  const approve = page.getByRole('dialog').getByRole('button', { name: 'Approve' })
  for (let tabs = 0; tabs < 10 && !(await approve.evaluate((element) => element === document.activeElement)); tabs += 1) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.getByText('No request waits for your decision.').waitFor()
  await page.context().close()
}

async function seesAccess({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/my-access')
  await inAccess(page, 'policy.policies_active').waitFor()
  // Taken back at the end, so that the journey can run again on the same mesh.
  await page.getByRole('button', { name: /^End access of req-/ }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'End access' }).click()
  await inAccess(page, 'policy.policies_active').waitFor({ state: 'detached' })
  await page.context().close()
}

export const steps = [
  ['ana finds the fraud signals and asks for the policies', findAndAsk],
  ['stella approves in the inbox by keyboard', approveByKeyboard],
  ['ana sees the access listed', seesAccess],
]

export const routes = [
  ['my-access', '/my-access'],
  ['request', '/p/finance/premium_ledger/access?request=true'],
  ['inbox-empty', '/inbox'],
]
