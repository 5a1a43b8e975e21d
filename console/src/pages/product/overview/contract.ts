import { parse } from 'yaml'
import { partsOf } from '../../../lib/json'
import { capital } from '../../../lib/words'

/** What a contract says that the product's page does not. */
export type ContractFacts = {
  /** Columns that make a row unique, by port, in their order. */
  keys: Record<string, string[]>
  /** What is promised besides freshness, in the contract's words. */
  promises: { property: string; value: string }[]
}

const MOST_PROMISES = 20

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined

/** Reads an Open Data Contract; what is not as the standard has it is left out. */
export function readContract(text: string): ContractFacts {
  const contract = partsOf(parse(text))
  const keys: ContractFacts['keys'] = {}
  for (const table of listOf(contract['schema']).map(partsOf)) {
    const port = textOf(table['name'])
    const columns = keysOf(table)
    if (port !== undefined && columns.length > 0) keys[port] = columns
  }
  const promises = listOf(contract['slaProperties']).map(partsOf).flatMap(promiseOf)
  return { keys, promises: promises.slice(0, MOST_PROMISES) }
}

function keysOf(table: Record<string, unknown>): string[] {
  const keys = listOf(table['properties'])
    .map(partsOf)
    .filter((property) => property['primaryKey'] === true)
    .map((property) => ({ name: textOf(property['name']), at: Number(property['primaryKeyPosition'] ?? 0) }))
  return keys.sort((a, b) => a.at - b.at).flatMap(({ name }) => name ?? [])
}

/** `{property: retention, value: 7, unit: y}` in words. Freshness is measured, and stands elsewhere. */
function promiseOf(promise: Record<string, unknown>): ContractFacts['promises'] {
  const [property, value, unit, element] = ['property', 'value', 'unit', 'element'].map((name) => textOf(promise[name]))
  if (property === undefined || value === undefined || /^(freshness|latency)$/i.test(property)) return []
  const of = element === undefined ? '' : ` (${element})`
  return [{ property: wordsOf(property), value: `${value}${unit === undefined ? '' : ` ${unit}`}${of}` }]
}

/** `timeOfAvailability`, `time_of_availability`: `Time of availability`. */
function wordsOf(name: string): string {
  return capital(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/[_-]+/g, ' ').toLowerCase())
}
