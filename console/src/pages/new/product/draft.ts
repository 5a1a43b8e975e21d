import type { TableProfile } from '../../../api/domains'
import { columnError, listOf, nameError } from '../../../lib/names'
import { NOTHING_KEPT, type Kept } from '../useDraft'
import { found, type Errors } from '../errors'

export type Column = {
  use: boolean
  /** Whether the server told it; else a person wrote it and may write it anew. */
  told: boolean
  name: string
  /** The column of the table. */
  from: string
  type: string
  /** The type in the table. */
  stored: string
  description: string
  class: string
  /** Why the class was proposed; empty if a person wrote it. */
  classBy: string
  key: boolean
  required: boolean
}

export type ProductDraft = Kept & {
  domain: string
  product: string
  title: string
  port: string
  /** `silver.claims`. */
  table: string
  columns: Column[]
  purpose: string
  limitations: string
  terms: string[]
  otherTerms: string
  fresh: string
  freshUnit: string
  tier: string
  moreRowsThan: string
  rowMeans: string
  withAccess: boolean
  visibility: string
  purposes: string[]
  otherPurposes: string
  approver: string
  maxDays: string
}

export const EMPTY_PRODUCT: ProductDraft = {
  ...NOTHING_KEPT,
  domain: '',
  product: '',
  title: '',
  port: '',
  table: '',
  columns: [],
  purpose: '',
  limitations: '',
  terms: [],
  otherTerms: '',
  fresh: '24',
  freshUnit: 'h',
  tier: '3',
  moreRowsThan: '0',
  rowMeans: '',
  withAccess: true,
  visibility: 'listed',
  purposes: [],
  otherPurposes: '',
  approver: '',
  maxDays: '90',
}

export const TYPES = ['string', 'integer', 'number', 'decimal(12,2)', 'boolean', 'date', 'timestamp'] as const

/** Nested values need a person who knows their fields, so they are not taken over. */
export function isTakeable(type: string): boolean {
  return !/^(array of )?(object|map|array)/.test(type.replace(/^array of /, ''))
}

/** The columns of a product as a table suggests them: everything that can be taken, to be corrected. */
export function columnsOf(profile: TableProfile): Column[] {
  const columns = profile.columns.map((column): Column => ({
    use: isTakeable(column.type),
    told: true,
    name: column.name,
    from: column.header,
    type: column.type,
    stored: column.stored,
    description: '',
    class: column.class ?? '',
    classBy: column.class == null ? '' : (column.class_by ?? 'name'),
    key: false,
    required: !column.nullable,
  }))
  const key = profile.columns.findIndex(
    (column) => column.unique && !column.nullable && column.class == null && /^(integer|string)$/.test(column.type),
  )
  return columns.map((column, at) => (at === key ? { ...column, key: true } : column))
}

export function newColumn(): Column {
  const kind = { type: 'string', stored: 'string', class: '', classBy: '' }
  return { use: true, told: false, name: '', from: '', ...kind, description: '', key: false, required: false }
}

export function allTerms(draft: ProductDraft): string[] {
  return [...new Set([...draft.terms, ...listOf(draft.otherTerms)])]
}

export function allPurposes(draft: ProductDraft): string[] {
  return [...new Set([...draft.purposes, ...listOf(draft.otherPurposes)])]
}

export function nameErrors(draft: ProductDraft, domains: readonly string[]): Errors {
  return found({
    domain: domains.includes(draft.domain) ? undefined : 'Choose the domain that answers for it.',
    product: nameError('product', draft.product),
    title: draft.title.trim() === '' ? 'Give it a title that people read.' : undefined,
  })
}

export function tableErrors(draft: ProductDraft): Errors {
  return found({
    table: /^(silver|bronze)\.[a-z][a-z0-9_]*$/.test(draft.table) ? undefined : 'Choose a table.',
    port: nameError('port', draft.port),
  })
}

const CLASS = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/

/** The shortest purpose that the standards accept. */
const LEAST_PURPOSE = 20

export function columnErrors(draft: ProductDraft): Errors {
  const used = draft.columns.flatMap((column, at) => (column.use ? [{ column, at }] : []))
  if (used.length === 0) return { columns: 'Take at least one column.' }
  const names = used.map(({ column }) => column.name.toLowerCase())
  const errors = used.flatMap(({ column, at }, index): [string, string | undefined][] => {
    const twice = names.indexOf(column.name.toLowerCase()) < index
    const isClass = column.class === '' || CLASS.test(column.class)
    const unsaid = column.description.trim() === '' && (column.key || column.class !== '')
    return [
      [`name-${at}`, columnError(column.name) ?? (twice ? 'The name is there twice.' : undefined)],
      [`from-${at}`, column.from === '' ? 'Say which column of the table it is.' : undefined],
      [`class-${at}`, isClass ? undefined : 'A class is written root.class, such as pii.email.'],
      [`description-${at}`, unsaid ? 'Say what it means: it is a key or has a class.' : undefined],
    ]
  })
  return found(Object.fromEntries(errors))
}

export function contractErrors(draft: ProductDraft): Errors {
  const none = allTerms(draft).length === 0
  const wrong = allTerms(draft).find((term) => nameError('term', term) !== undefined)
  return found({
    purpose: draft.purpose.trim().length < LEAST_PURPOSE ? `Say in ${LEAST_PURPOSE} characters or more what it is for.` : undefined,
    terms: wrong !== undefined ? `“${wrong}” is no name of a term.` : none ? 'Link at least one term of the glossary.' : undefined,
    fresh: isCount(draft.fresh, 1) ? undefined : 'Write a whole number.',
    moreRowsThan: isCount(draft.moreRowsThan, 0) ? undefined : 'Write a whole number.',
  })
}

export function accessErrors(draft: ProductDraft): Errors {
  if (!draft.withAccess) return {}
  const wrong = allPurposes(draft).find((purpose) => nameError('purpose', purpose) !== undefined)
  return found({
    purposes: wrong && `“${wrong}” is no name of a purpose.`,
    approver: draft.approver === '' ? undefined : nameError('group', draft.approver),
    maxDays: isCount(draft.maxDays, 1) ? undefined : 'Write a whole number of days.',
  })
}

function isCount(text: string, least: number): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= least
}
