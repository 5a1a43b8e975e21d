import { NOTHING_KEPT, type Kept } from '../useDraft'
import type { Errors } from '../errors'
import type { Root } from '../finish/repository'
import { nameParts } from '../../../lib/reference'
import { versionOf, yamlError } from './text'

export type VersionDraft = Kept & {
  /** `claims.fraud_signals`. */
  product: string
  /** The contract as it is to be; empty before it was begun. */
  text: string
}
export const EMPTY_VERSION: VersionDraft = { ...NOTHING_KEPT, product: '', text: '' }

export function productErrors(draft: VersionDraft): Errors {
  return draft.product === '' ? { product: 'Choose a product.' } : {}
}

export function textErrors(draft: VersionDraft, served: string | undefined): Errors {
  if (draft.text === '' || draft.text === served) return { text: 'Change something of the contract.' }
  const error = yamlError(draft.text)
  if (error !== undefined) return { text: error }
  return versionOf(draft.text) === undefined ? { text: 'The contract needs a line such as version: 1.1.0' } : {}
}

export function pathOf(product: string, root: Root): string {
  const name = nameParts(product)
  const folder = root === 'mesh' ? `domains/${name.domain}/products` : 'products'
  return `${folder}/${name.product}/contract.yaml`
}
