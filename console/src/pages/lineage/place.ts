export type Kind = 'port' | 'own' | 'hidden'

/** What an end of a dependence names. `column` is null where the table's rows are meant. */
export type Place = {
  kind: Kind
  domain: string
  /** `domain.product` of a port. */
  product: string | null
  /** `domain.product.port` or `domain/silver.table`. */
  table: string
  column: string | null
}

const HIDDEN: Place = { kind: 'hidden', domain: '', product: null, table: '', column: null }

/** The column takes what is left: its name may hold dots and strokes. */
const OWN = /^([^./]+)\/([^.]+\.[^.]+)(?:\.(.+))?$/su
const PORT = /^([^./]+)\.([^.]+)\.([^.]+)(?:\.(.+))?$/su

/** Reads `domain.product.port.column`, `domain/silver.table.column` or either without a column; the rest may not be told. */
export function placeOf(text: string): Place {
  const own = OWN.exec(text)
  if (own) {
    const [, domain = '', table = '', column = null] = own
    return { kind: 'own', domain, product: null, table: `${domain}/${table}`, column }
  }
  const port = PORT.exec(text)
  if (port) {
    const [, domain = '', product = '', name = '', column = null] = port
    return { kind: 'port', domain, product: `${domain}.${product}`, table: `${domain}.${product}.${name}`, column }
  }
  return HIDDEN
}

/** What is asked about: a product, and a port and a column of it if only these are meant. */
export type Focus = { product: string; port: string | null; column: string | null }

export function focusOf(text: string): Focus {
  const [domain = '', product = '', port = null, ...column] = text.split('.')
  return { product: `${domain}.${product}`, port, column: column.length === 0 ? null : column.join('.') }
}

export function focusText({ product, port, column }: Focus): string {
  return [product, port, port === null ? null : column].filter((part) => part !== null && part !== '').join('.')
}
