import assert from 'node:assert/strict'
import { signIn } from '../sign-in.mjs'

async function adminMakesToken({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.petra, '/admin/tokens')
  await page.getByRole('button', { name: 'Make a token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Make the token' }).click()
  await dialog.getByText('Say for whom it is.').waitFor()
  await dialog.getByLabel('For').fill('ana')
  await dialog.getByLabel('Label (optional)').fill('journey')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await dialog.getByRole('button', { name: 'Make the token' }).click()
  const text = await dialog.getByRole('region', { name: 'The token' }).innerText()
  assert.match(text, /^tsr_[0-9a-f]{64}$/)
  assert.match(await dialog.getByRole('region', { name: 'Line for psql' }).innerText(), /^PGPASSWORD=tsr_\S+ psql -h \S+ -p \d+ -U ana mesh$/)
  const id = /tok-\d+/.exec(await dialog.getByRole('heading', { level: 2 }).innerText())[0]
  await dialog.getByRole('button', { name: 'I have it' }).click()
  assert.equal(await page.getByText(text).count(), 0, 'the token is shown once')

  const whoami = () =>
    page.evaluate(async (token) => {
      const answer = await fetch('/api/v1/whoami', { headers: { authorization: `Bearer ${token}` } })
      return { status: answer.status, body: await answer.json() }
    }, text)
  const works = await whoami()
  assert.equal(works.body.principal, 'user:ana')
  assert.deepEqual(works.body.token.scopes, ['query'])
  await page.getByRole('button', { name: `Revoke ${id}`, exact: true }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('button', { name: `Revoke ${id}`, exact: true }).waitFor({ state: 'detached' })
  assert.equal((await whoami()).status, 401)
  await page.context().close()
}

const PEOPLE = {
  items: [
    { principal: 'user:ana', kind: 'user', groups: ['claims-analysts', 'fraud-analysts'], attributes: { region: 'EU' }, tokens: 1, entitlements: 4 },
    { principal: 'service:svc-claims', kind: 'service', home: 'claims', groups: [], attributes: {}, tokens: 0, entitlements: 2 },
  ],
}
const GROUPS = { items: [{ group: 'claims-stewards', members: ['user:sam'], roles: ['steward of claims'] }] }
const NOT_ALLOWED = { status: 403, code: 'not-allowed', detail: 'only the admins and the auditors may see who there is', request_id: 'r-1' }

/** Answers for people and groups where the server has none yet. */
async function answerPeople({ api }, page, allowed) {
  const { paths } = await (await fetch(`${api}/openapi.json`)).json()
  if ('/api/v1/people' in paths) return
  const refuse = { status: 403, contentType: 'application/problem+json', body: JSON.stringify(NOT_ALLOWED) }
  await page.route(/\/api\/v1\/people/, (route) => route.fulfill(allowed ? { json: PEOPLE } : refuse))
  await page.route(/\/api\/v1\/groups/, (route) => route.fulfill(allowed ? { json: GROUPS } : refuse))
}

async function adminLooksAtPeople(world) {
  const { base, tokens, asPerson } = world
  const page = await asPerson()
  await answerPeople(world, page, true)
  await signIn(page, base, tokens.petra)
  await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link', { name: 'Admin' }).click()
  const list = page.getByRole('region', { name: 'People and services' })
  await list.getByRole('row').filter({ hasText: 'svc-claims' }).getByText('service of claims').waitFor()
  await list.getByRole('link', { name: 'ana', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'ana' }).waitFor()
  await page.getByText('You are told only of products you answer for.').waitFor()
  await page.goto(`${base}/admin/groups`)
  await page.getByRole('row').filter({ hasText: 'claims-stewards' }).getByText('steward of claims').waitFor()
  await page.context().close()
}

async function readerSeesWhy(world) {
  const { base, tokens, asPerson } = world
  const page = await asPerson()
  await answerPeople(world, page, false)
  await signIn(page, base, tokens.ana)
  const pages = page.getByRole('navigation', { name: 'Pages', exact: true })
  assert.equal(await pages.getByRole('link', { name: 'Admin' }).count(), 0)
  for (const path of ['/admin/people', '/admin/groups']) {
    await page.goto(base + path)
    await page.getByText('not-allowed').waitFor()
  }
  await page.context().close()
}

export const steps = [
  ['an administrator makes a token, which works until it is revoked', adminMakesToken],
  ['an administrator looks at people and groups', adminLooksAtPeople],
  ['somebody without a role is told that people and groups are not for them', readerSeesWhy],
]

export const routes = [
  ['admin-people', '/admin/people', 'petra'],
  ['admin-groups', '/admin/groups', 'petra'],
  ['admin-person', '/admin/people/user%3Aana', 'iris'],
  ['admin-tokens', '/admin/tokens', 'petra'],
  ['admin-token-form', '/admin/tokens?make=true', 'petra'],
  ['admin-about', '/admin/about', 'petra'],
]
