import { signIn } from './sign-in.mjs'

/** Waits until the page shows what it will show. */
export async function settled(page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => document.querySelector('.skeleton') === null)
}

/** A request of ana's that waits for a decision, and the way to take it back. */
async function waitingRequest({ base, tokens }, product = 'policy.policies_active') {
  const headers = { authorization: `Bearer ${tokens.ana}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ product, purpose: 'fraud-detection', reason: 'Cover of suspicious claims' })
  const { id } = await (await fetch(`${base}/api/v1/requests`, { method: 'POST', headers, body })).json()
  return { id, takeBack: () => fetch(`${base}/api/v1/requests/${id}`, { method: 'DELETE', headers }) }
}

/**
 * Opens every page and state once for a look: the sign-in, each route as the person it is for, the dialogs. A route is its name,
 * its address and, if it is not ana's, whose it is.
 */
export async function everyPage(world, routes, options, look) {
  const { base, tokens, asPerson } = world
  const stranger = await asPerson(options)
  await stranger.goto(base)
  await stranger.getByLabel('Token').waitFor()
  await look(stranger, 'sign-in')
  await stranger.context().close()
  for (const person of new Set(routes.map(([, , who]) => who ?? 'ana'))) {
    const page = await asPerson(options)
    await signIn(page, base, tokens[person])
    for (const [name, path] of routes.filter(([, , who]) => (who ?? 'ana') === person)) {
      await page.goto(base + path)
      await settled(page)
      await look(page, name)
    }
    await page.context().close()
  }
  const { id, takeBack } = await waitingRequest(world)
  const steward = await asPerson(options)
  await signIn(steward, base, tokens.stella, '/inbox')
  await steward.getByRole('heading', { level: 2, name: /asks for/ }).waitFor()
  await settled(steward)
  await look(steward, 'inbox')
  await steward.keyboard.press('y')
  await steward.getByRole('dialog').waitFor()
  await look(steward, 'inbox-approve')
  await steward.goto(`${base}/requests/${id}`)
  await settled(steward)
  await look(steward, 'request-page')
  await steward.goto(base)
  await settled(steward)
  await steward.keyboard.press('?')
  await steward.getByRole('dialog').waitFor()
  await look(steward, 'keys')
  await steward.context().close()
  await takeBack()
  const masked = await waitingRequest(world, 'claims.fraud_signals')
  const other = await asPerson(options)
  await signIn(other, base, tokens.sam, `/inbox?id=${masked.id}`)
  await settled(other)
  await look(other, 'inbox-masked')
  await other.context().close()
  await masked.takeBack()
}
