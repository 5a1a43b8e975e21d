import type { PortPage, ProductPage } from '../../../api/types'

/** Words that a column may be called only in quotes. */
const RESERVED = new Set(
  ('all and any array as asc both case cast check collate column constraint create current_date current_time current_timestamp ' +
    'current_user default desc distinct do else end except false fetch for foreign from grant group having in initially ' +
    'intersect into lateral leading limit localtime localtimestamp not null offset on only or order primary references ' +
    'returning select session_user some table then to trailing true union unique user using values when where window with')
    .split(' '),
)

/** A name as it must be written: what is not plain and lower case, or means something else, stands in quotes. */
export function written(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`
}

export function tableName(product: string, port: string): string {
  return [...product.split('.'), port].map(written).join('.')
}

/** A first query of a port: the columns this person may see, and few rows. */
export function firstQuery(page: ProductPage, port: PortPage): string {
  const seen = port.columns.filter((column) => column.treatment != null && column.treatment !== 'denied')
  return `SELECT ${seen.length === 0 ? '*' : lines(seen.map((column) => written(column.name)))}\nFROM ${tableName(page.reference, port.name)}\nLIMIT 100`
}

const LINE_LENGTH = 80

/** Names with commas, as many on a line as it has room for. */
function lines(names: readonly string[]): string {
  const out: string[] = []
  for (const name of names) {
    const last = out.at(-1)
    if (last !== undefined && last.length + name.length + 2 <= LINE_LENGTH) out[out.length - 1] = `${last}, ${name}`
    else out.push(name)
  }
  return out.join(',\n  ')
}

/** Which of the known products a text names: `domain.product`, with or without quotes. */
export function productsNamed(text: string, known: readonly string[]): string[] {
  const plain = text.replaceAll('"', '').toLowerCase()
  return known.filter((reference) => {
    for (let at = plain.indexOf(reference); at >= 0; at = plain.indexOf(reference, at + 1)) {
      if (!/[\w.]/.test(plain.charAt(at - 1)) && !/\w/.test(plain.charAt(at + reference.length))) return true
    }
    return false
  })
}
