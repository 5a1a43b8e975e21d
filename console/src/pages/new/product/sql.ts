import { isTakeable, type Column, type ProductDraft } from './draft'

/** The SQL of a port, as `tessera new product --from` writes it: strict casts, so that a value that does not fit is said. */
export function sqlOf({ table, columns }: ProductDraft): string {
  const used = columns.filter(({ use }) => use)
  const lines = ['/* tessera', 'materialise: table', '*/']
  if (used.some(isCastFromText)) lines.push(...STRICT)
  if (used.some((column) => isCastFromText(column) && placesOf(column.type) !== null)) lines.push(...PLACES)
  lines.push('SELECT', used.map((column) => `  ${expressionOf(column)}`).join(',\n'))
  for (const { from, type } of columns.filter((column) => !isTakeable(column.type))) {
    lines.push(`  -- ${quoted(from.replace(/\p{Cc}/gu, ''))} holds ${type}: take its fields one by one`)
  }
  lines.push(`FROM ${table}`, '')
  return lines.join('\n')
}

const STRICT = [
  '-- Empty is NULL. Types are strict: a value that does not fit refuses the build and is told with its file and line; what',
  '-- is published goes on serving. To publish without such rows, make a silver step of it: `try_cast`, and `reject:` rows',
  '-- where it gave NULL.',
]
const PLACES = ['-- A number with more places than its type is refused, not rounded.']

function isCastFromText({ type, stored }: Column): boolean {
  return stored === 'string' && type !== stored && sqlTypeOf(type) !== null
}

function expressionOf(column: Column): string {
  const { name, from, type, stored } = column
  const [source, target] = [quoted(from), quoted(name)]
  const sqlType = sqlTypeOf(type)
  if (isCastFromText(column)) return `CAST(${readable(source, type)} AS ${sqlType}) AS ${target}`
  if (stored === 'string' && type === 'string') return `nullif(${source}, '') AS ${target}`
  if (type !== stored && sqlType !== null) return `CAST(${source} AS ${sqlType}) AS ${target}`
  return source === target ? source : `${source} AS ${target}`
}

/** A text as a cast takes it. One with more places than its type is made unreadable, because a cast would round it. */
function readable(source: string, type: string): string {
  const text = `nullif(trim(${source}), '')`
  const places = placesOf(type)
  if (places === null) return text
  return `regexp_replace(${text}, '([.][0-9]{${places}}0*[1-9]|[eE]).*$', ' is finer than ${places} places')`
}

function placesOf(type: string): string | null {
  return /^decimal\(\d+, ?(\d+)\)$/.exec(type)?.[1] ?? null
}

function sqlTypeOf(type: string): string | null {
  const known: Record<string, string> = {
    string: 'VARCHAR',
    integer: 'BIGINT',
    number: 'DOUBLE',
    boolean: 'BOOLEAN',
    date: 'DATE',
    timestamp: 'TIMESTAMP',
  }
  return known[type] ?? (type.startsWith('decimal(') ? type.toUpperCase().replaceAll(' ', '') : null)
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
