import { piecesOf } from './scan'

export type Kind = 'text' | 'number' | 'date' | 'boolean' | 'null'
export type Value = { kind: Kind; text: string }
export type Use = { name: string; from: number; to: number }

/** `:name`, but neither `::type` nor `a[1:n]` nor anything glued to a name, a number or a quote. */
const PARAMETER = /(?<![\w$:\])'"\u0080-\uffff]):([A-Za-z_]\w*)/g

export function parametersOf(sql: string): Use[] {
  const pieces = piecesOf(sql)
  let piece = 0
  return [...sql.matchAll(PARAMETER)].flatMap((match) => {
    while ((pieces[piece]?.to ?? Infinity) <= match.index) piece += 1
    if (pieces[piece]?.kind !== 'code') return []
    return [{ name: match[1] ?? '', from: match.index, to: match.index + match[0].length }]
  })
}

export function namesOf(uses: readonly Use[]): string[] {
  return [...new Set(uses.map((use) => use.name))]
}

/** Why a value cannot be written, or `undefined`. */
export function faultOf({ kind, text }: Value): string | undefined {
  if (kind === 'text') return text.includes('\0') ? 'A text cannot hold the character 0.' : undefined
  if (kind === 'number') {
    return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text.trim()) ? undefined : 'Write a number, such as 12 or -0.5.'
  }
  if (kind === 'date') return isDay(text.trim()) ? undefined : 'Write a day, such as 2026-01-31.'
  if (kind === 'boolean') return text === 'true' || text === 'false' ? undefined : 'Choose true or false.'
  return undefined
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** A value as SQL that means this value and nothing else. Numbers are in brackets: `1-:n` must not become a comment. */
export function literalOf(value: Value): string {
  const fault = faultOf(value)
  if (fault !== undefined) throw new RangeError(fault)
  const text = value.text.trim()
  switch (value.kind) {
    case 'text':
      return `'${value.text.replaceAll("'", "''")}'`
    case 'number':
      return /^[\d.]/.test(text) ? text : `(${text})`
    case 'date':
      return `DATE '${text}'`
    case 'boolean':
      return text
    case 'null':
      return 'NULL'
  }
}

export type Filled = {
  sql: string
  /** The place in the text with parameters of a place in the one with values. */
  placeBefore: (at: number) => number
}

export function filled(sql: string, values: Readonly<Record<string, Value>>): Filled {
  const steps: { before: number; beforeEnd: number; after: number; afterEnd: number }[] = []
  let out = ''
  let done = 0
  for (const { name, from, to } of parametersOf(sql)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) throw new RangeError(`no value for ${name}`)
    out += sql.slice(done, from)
    const after = out.length
    // Two literals side by side would be read as one with a quote in it.
    out += literalOf(value) + (/^['\w]/.test(sql.slice(to)) ? ' ' : '')
    steps.push({ before: from, beforeEnd: to, after, afterEnd: out.length })
    done = to
  }
  out += sql.slice(done)
  const placeBefore = (at: number): number => {
    const step = steps.findLast(({ after }) => after <= at)
    if (step === undefined) return at
    return at < step.afterEnd ? step.before : step.beforeEnd + (at - step.afterEnd)
  }
  return { sql: out, placeBefore }
}
