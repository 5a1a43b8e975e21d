import type { Step } from '../../api/work'

/** The steps as they stand after one more word of the server: a step is told several times and keeps its place. */
export function withStep(steps: readonly Step[], told: Step): Step[] {
  const same = (step: Step) => step.name === told.name && step.phase === told.phase
  return steps.some(same) ? steps.map((step) => (same(step) ? { ...step, ...told } : step)) : [...steps, told]
}

export type Breach = { place: string; rule: string; expected: string; found: string; example: string | null }

/** A broken rule out of the server's sentence about it; nothing where the sentence says something else. */
export function breachOf(detail: string): Breach | null {
  const parts = /^`(.+?)` breaks `(.+?)`: expected (.+?), found (.+?)(?:, for example (.+))?$/s.exec(detail)
  if (!parts) return null
  const [, place = '', rule = '', expected = '', found = '', example] = parts
  return { place, rule, expected, found, example: example ?? null }
}
