import assert from 'node:assert/strict'
import { call } from '../call.mjs'

export const SQL = 'SELECT claim_id FROM claims.fraud_signals.signals LIMIT 7'

/** A state, whose mark comes before its word. */
export const chip = (place, text) => place.locator('.chip', { hasText: new RegExp(`${text}$`) })

/** A query that a person keeps. */
export const keep = (world, person, body) => call(world, person, 'POST', '/api/v1/queries', { sql: SQL, purpose: 'fraud-detection', ...body })

async function remove({ api, tokens }, person, at) {
  const answer = await fetch(api + at, { method: 'DELETE', headers: { authorization: `Bearer ${tokens[person]}` } })
  assert.equal(answer.status, 204)
}

/** Whatever a person keeps is gone, so that a step that failed does not decide over the next. */
export async function empty(world, person) {
  for (const kind of ['queries', 'searches']) {
    for (;;) {
      const { items } = await call(world, person, 'GET', `/api/v1/${kind}`)
      const own = items.filter(({ mine }) => mine !== false)
      if (own.length === 0) break
      for (const { id } of own) await remove(world, person, `/api/v1/${kind}/${id}`)
    }
  }
  const { items } = await call(world, person, 'GET', '/api/v1/follows')
  for (const { reference } of items) await remove(world, person, `/api/v1/follows/${reference.replace('.', '/')}`)
}
