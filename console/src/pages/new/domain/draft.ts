import { stringify } from 'yaml'
import type { Files } from '../../../api/plan'
import { nameError } from '../../../lib/names'
import { NOTHING_KEPT, type Kept } from '../useDraft'
import { found, type Errors } from '../errors'

/** Where the files of the domain will live: in a repository of its own, or in the mesh's. */
export type Home = 'own' | 'mesh'

export type DomainDraft = Kept & {
  domain: string
  description: string
  costCentre: string
  owner: string
  steward: string
  engineers: string
  onCall: string
  region: string
  classification: string
  home: string
}

export const EMPTY_DOMAIN: DomainDraft = {
  ...NOTHING_KEPT,
  domain: '',
  description: '',
  costCentre: '',
  owner: '',
  steward: '',
  engineers: '',
  onCall: '',
  region: '',
  classification: '',
  home: '',
}

export function nameErrors(draft: DomainDraft, existing: readonly string[]): Errors {
  const taken = existing.includes(draft.domain) ? `There is a domain “${draft.domain}” already.` : undefined
  return found({
    domain: nameError('domain', draft.domain) ?? taken,
    description: draft.description.trim() === '' ? 'Say in a sentence what the domain is about.' : undefined,
  })
}

export function peopleErrors(draft: DomainDraft): Errors {
  return found({
    owner: nameError('group', draft.owner),
    steward: nameError('group', draft.steward),
    engineers: draft.engineers === '' ? undefined : nameError('group', draft.engineers),
  })
}

export function placeErrors(draft: DomainDraft): Errors {
  return found({
    region: draft.region.trim() === '' ? 'Say in which region its data lies.' : undefined,
    home: draft.home === '' ? 'Choose where its files live.' : undefined,
  })
}

export function pathOf(draft: DomainDraft): string {
  return draft.home === 'mesh' ? `domains/${draft.domain || 'NAME'}/domain.yaml` : 'domain.yaml'
}

/** `domain.yaml` in the order in which people read it; what is not answered is left out. */
export function filesOf(draft: DomainDraft): Files {
  const keys = {
    domain: draft.domain,
    description: draft.description.trim(),
    cost_center: draft.costCentre.trim(),
    region: draft.region.trim(),
    classification: draft.classification.trim(),
    owner: draft.owner,
    steward: draft.steward,
    engineers: draft.engineers,
    on_call: draft.onCall.trim(),
  }
  const answered = Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== ''))
  return { [pathOf(draft)]: Object.keys(answered).length === 0 ? '' : stringify(answered, { lineWidth: 0 }) }
}
