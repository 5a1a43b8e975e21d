import type { PurposeItem } from '../api/purposes'
import { sentence } from './words'

/** `Finding and examining fraud. Legal basis: legitimate interest.`; nothing where nothing is said of it. */
export function purposeWords(item: PurposeItem | undefined): string | undefined {
  if (item === undefined) return undefined
  const { description, legal_basis: basis } = item
  const parts = [description && sentence(description), basis && sentence(`Legal basis: ${basis}`)]
  return parts.filter(Boolean).join(' ') || undefined
}
