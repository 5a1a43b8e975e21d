/** Calls the API as a person, beside the page. Gives what was answered; throws at a refusal. */
export async function call({ base, tokens }, person, method, path, body) {
  const headers = { authorization: `Bearer ${tokens[person] ?? person}`, ...(body && { 'content-type': 'application/json' }) }
  const response = await fetch(base + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const answer = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
  return answer
}

/** A request of a person; and the way to take it back, whatever became of it. */
export async function ask(world, person, body) {
  const made = await call(world, person, 'POST', '/api/v1/requests', { purpose: 'fraud-detection', reason: 'Cover of suspicious claims', ...body })
  return { ...made, takeBack: () => call(world, person, 'DELETE', `/api/v1/requests/${made.id}`) }
}

export const decide = (world, person, id, decision, more = {}) =>
  call(world, person, 'POST', `/api/v1/requests/${id}/decision`, { decision, ...more })

/** Whatever of ana's waits, or was granted on policy's products, is taken back: a step that failed must not decide over the next. */
export async function clean(world) {
  const { items } = await call(world, 'ana', 'GET', '/api/v1/requests?state=pending')
  for (const { id } of items) await call(world, 'ana', 'DELETE', `/api/v1/requests/${id}`)
  const held = await call(world, 'ana', 'GET', '/api/v1/entitlements')
  const ours = held.items.filter(({ state, product }) => state === 'active' && product.startsWith('policy.'))
  for (const { id } of ours) await call(world, 'stella', 'DELETE', `/api/v1/entitlements/${id}`)
}
