import type { JournalRecord } from '../../api/audit'
import { partsOf } from '../../lib/json'
import { capital } from '../../lib/words'

export type Filter = { actor?: string | undefined; text?: string | undefined; from?: string | undefined; to?: string | undefined }

/** A search goes through the same records again with each stretch that is read. */
const texts = new WeakMap<JournalRecord, string>()

/** What a filter by text looks in: everything of the record that a person can read on the page. */
function textOf(record: JournalRecord): string {
  const known = texts.get(record)
  if (known !== undefined) return known
  const { kind, command_id: command, hash, body } = record
  const text = `${kind} ${kindWords(kind)} ${command} ${hash} ${JSON.stringify(body)}`.toLowerCase()
  texts.set(record, text)
  return text
}

/** Records that fit, newest first. `actor` and `text` are parts of what is written; days are whole days in UTC. */
export function matching(records: readonly JournalRecord[], filter: Filter): JournalRecord[] {
  const actor = filter.actor?.trim().toLowerCase()
  const text = filter.text?.trim().toLowerCase()
  return records.filter((record) => {
    const day = record.at.slice(0, 10)
    return (
      (actor === undefined || record.actor.toLowerCase().includes(actor)) &&
      (filter.from === undefined || day >= filter.from) &&
      (filter.to === undefined || day <= filter.to) &&
      (text === undefined || textOf(record).includes(text))
    )
  })
}

export function isFiltered(filter: Filter): boolean {
  return Object.values(filter).some((value) => value !== undefined)
}

/** Whether older records can still fit: records are in the order of time. */
export function olderMayMatch(oldest: JournalRecord | undefined, filter: Filter): boolean {
  return oldest !== undefined && oldest.seq > 1 && (filter.from === undefined || oldest.at.slice(0, 10) >= filter.from)
}

/** `access-requested` as words. */
export function kindWords(kind: string): string {
  return capital(kind.replaceAll('-', ' '))
}

const OBJECTS = ['product', 'domain', 'entitlement', 'request', 'token', 'principal', 'subject', 'name', 'id', 'mesh'] as const

/** What a record is about, as far as its body names it: at most two things. */
export function objectOf(record: JournalRecord): string {
  const body = partsOf(record.body)
  const named = OBJECTS.flatMap((name) => {
    const value = body[name]
    return typeof value === 'string' ? [value] : []
  })
  return named.slice(0, 2).join(', ')
}

const count = (value: number) => value.toLocaleString('en')

/** What was looked through: a search that has not seen everything says so. */
export function searchedWords(found: number, loaded: { first: number; last: number } | null, filtered: boolean): string {
  if (loaded === null) return 'The journal has no record.'
  const { first, last } = loaded
  const range = first === last ? `record ${count(first)}` : `records ${count(first)} to ${count(last)}`
  const whole = first === 1
  if (!filtered) return whole ? `All ${count(last)} records.` : `The newest: ${range}.`
  const matches = found === 1 ? '1 record matches' : `${count(found)} records match`
  return whole ? `${matches} of all ${count(last)}.` : `${matches} in ${range}. Older ones are not searched yet.`
}
