/** The server's rules for names, so that a wrong one is said while it is typed. The server checks them again. */

type Rule = { noun: string; longest: number; hyphen: boolean; reserved: boolean }

const RULES = {
  domain: { noun: 'domain', longest: 24, hyphen: false, reserved: true },
  product: { noun: 'product', longest: 48, hyphen: false, reserved: true },
  port: { noun: 'port', longest: 48, hyphen: false, reserved: true },
  group: { noun: 'group', longest: 63, hyphen: true, reserved: false },
  purpose: { noun: 'purpose', longest: 63, hyphen: true, reserved: false },
  term: { noun: 'term', longest: 63, hyphen: true, reserved: false },
} satisfies Record<string, Rule>
type NameKind = keyof typeof RULES

const DEVICES = ['con', 'prn', 'aux', 'nul', ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((n) => [`com${n}`, `lpt${n}`])]
const RESERVED = new Set([
  ...['mesh', 'platform', 'system', 'bronze', 'silver', 'gold', 'public', 'default', 'information_schema', 'pg_catalog'],
  ...['admin', 'tessera'],
  ...DEVICES,
])

/** Why a text is no such name; nothing if it is one. */
export function nameError(kind: NameKind, text: string): string | undefined {
  const { noun, longest, hyphen, reserved }: Rule = RULES[kind]
  if (text === '') return `Give the ${noun} a name.`
  if (text.length > longest) return `The name is longer than ${longest} characters.`
  if (!/^[a-z]/.test(text)) return 'A name starts with a lower-case letter, a to z.'
  if (hyphen && !/^[a-z0-9_-]+$/.test(text)) return 'A name has lower-case letters, digits, _ and - only.'
  if (!hyphen && !/^[a-z0-9_]+$/.test(text)) return 'A name has lower-case letters, digits and _ only.'
  if (!hyphen && text.includes('__')) return 'Two _ in a row separate product and port; use one.'
  if (reserved && RESERVED.has(text)) return `“${text}” is a reserved word.`
  return undefined
}

const LONGEST_COLUMN = 128
const BIDI_OR_CONTROL = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

export function columnError(text: string): string | undefined {
  if (text === '') return 'Give the column a name.'
  if (text.length > LONGEST_COLUMN) return `The name is longer than ${LONGEST_COLUMN} characters.`
  if (BIDI_OR_CONTROL.test(text)) return 'The name has a control or direction character.'
  if (/[,;{}()= ]/.test(text)) return 'A column has no space and none of , ; { } ( ) ='
  if (['_batch', '_line', '_ingested_at'].includes(text.toLowerCase())) return `“${text}” is a reserved column.`
  return undefined
}

/** `analytics, pricing` as a list, without what is empty or there twice. */
export function listOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))]
}
