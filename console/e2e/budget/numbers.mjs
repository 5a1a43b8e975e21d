import assert from 'node:assert/strict'
import { availableParallelism, loadavg } from 'node:os'

const MOST_ALLOWED = 3
const measured = []

/** How many programs there are for each core: 1 on a quiet machine. A time may take so much longer, at most threefold. */
export const crowd = () => loadavg()[0] / availableParallelism()
const allowance = () => Math.min(MOST_ALLOWED, Math.max(1, crowd()))

/** Sizes and counts are the same on every machine. */
export function within(name, value, budget, unit) {
  measured.push({ name, value: `${value} ${unit}`, budget: `${budget} ${unit}` })
  assert.ok(value <= budget, `${name}: ${value} ${unit}, and the budget is ${budget}`)
}

/** The best of three, as whatever else runs can only make it slower. */
export async function inTime(name, budget, measure) {
  const tries = []
  for (let left = 3; left > 0; left -= 1) tries.push(Math.round(await measure()))
  const best = Math.min(...tries)
  measured.push({ name, value: `${best} ms`, budget: `${budget} ms`, tries: tries.join(', ') })
  const allowed = Math.round(budget * allowance())
  assert.ok(best <= allowed, `${name}: ${tries.join(', ')} ms; the budget is ${budget} ms, here ${allowed}`)
}

/** A number to know, without a budget. */
export const told = (name, value) => measured.push({ name, value, budget: '' })

export function print() {
  const wide = (of) => Math.max(...measured.map((line) => line[of].length))
  for (const { name, value, budget, tries } of measured) {
    const of = budget && `of ${budget}`
    console.log(`        ${name.padEnd(wide('name'))}  ${value.padStart(wide('value'))}  ${of.padEnd(wide('budget') + 3)}${tries ? `  (${tries})` : ''}`)
  }
  console.log(`        ${crowd().toFixed(1)} programs for each core in the last minute`)
}
