import { columnError, nameError } from '../../../lib/names'
import { found, type Errors } from '../errors'
import { allTerms, allPurposes, type ProductDraft } from './draft'

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
