import type { TableProfile } from '../../../api/domains'
import { listOf } from '../../../lib/names'
import { NOTHING_KEPT, type Kept } from '../useDraft'

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
