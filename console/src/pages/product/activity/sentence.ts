import type { ProductEvent } from '../../../api/product'
import type { PublicationItem } from '../../../api/types'

/** A piece of a sentence: words, or something that there is a page or a name for. */
export type Part =
  | string
  | { person: string }
  | { publication: string }
  | { request: string; text: string }
  | { access: string; text: string }
  | { names: readonly string[] }

const CHANGED: Record<string, string> = {
  contract: 'the contract',
  access: 'the rules of access',
  steps: 'how it is made',
  documents: 'the files beside it',
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}

function changedWords(changed: readonly string[]): string {
  const words = changed.map((part) => CHANGED[part] ?? part)
  return words.length === 0 ? 'nothing changed' : `${listed(words)} ${words.length === 1 ? 'is' : 'are'} new`
}

/** Who did it and what, or what was done where the server does not say by whom. */
function done(by: string | null | undefined, active: readonly Part[], passive: readonly Part[]): Part[] {
  return by == null ? [...passive] : [{ person: by }, ' ', ...active]
}

/** An event as a sentence. Each fact that it is about is said; what is not told is left out. */
export function sentenceOf(event: ProductEvent): Part[] {
  return ofPublication(event) ?? ofAccess(event) ?? ofDeclaration(event) ?? ofClasses(event) ?? ['Something happened: ', event.what]
}

function ofPublication({ what, by, version, publication }: ProductEvent): Part[] | null {
  const named: Part[] = publication == null ? [] : [{ publication }]
  switch (what) {
    case 'published': {
      const as: Part[] = publication == null ? [] : [' as publication ', { publication }]
      if (version == null) return done(by, ['published it', ...as], ['It was published', ...as])
      return done(by, [`published version ${version}`, ...as], [`Version ${version} was published`, ...as])
    }
    case 'rolled-back': {
      const back: Part[] = ['went back to publication ', ...named, ', which is served again']
      return done(by, back, ['The product ', ...back])
    }
    case 'given-up': {
      const names = (publication ?? '').split(', ')
      const many = names.length > 1
      const gone: Part[] = [{ names }, ` ${many ? 'are' : 'is'} no longer kept: nobody can go back to ${many ? 'them' : 'it'}`]
      return [many ? 'The earlier publications ' : 'The earlier publication ', ...gone]
    }
    default:
      return null
  }
}

function ofAccess({ what, by, subject, request, entitlement }: ProductEvent): Part[] | null {
  const whose: Part = subject == null ? 'somebody' : { person: subject }
  const asked: Part[] = request == null ? [] : [' (', { request, text: request }, ')']
  const held: Part[] = entitlement == null ? [] : [' (', { access: entitlement, text: entitlement }, ')']
  const own = by != null && by === subject
  switch (what) {
    case 'requested':
      return by == null || own ? [whose, ' asked for access', ...asked] : [{ person: by }, ' asked for access for ', whose, ...asked]
    case 'discussed':
      return by == null ? ['Something was said about the request', ...asked] : [{ person: by }, ...(own ? [' wrote about their own request'] : [' wrote about the request of ', whose]), ...asked]
    case 'granted':
      return by == null ? [whose, ' got access', ...held] : [{ person: by }, ' gave access to ', own ? 'themselves' : whose, ...held]
    case 'denied':
      return by == null ? ['The request of ', whose, ' was denied', ...asked] : [{ person: by }, ' denied the request of ', whose, ...asked]
    case 'withdrawn':
      return by == null || own
        ? [whose, ' took the request back', ...asked]
        : [{ person: by }, ' took back the request for ', whose, ...asked]
    case 'revoked':
      return by == null
        ? ['The access of ', whose, ' was ended', ...held]
        : [{ person: by }, ' ended the access of ', own ? 'themselves' : whose, ...held]
    case 'expired':
      return ['The access of ', whose, ' ran out', ...held]
    default:
      return null
  }
}

function ofDeclaration({ what, by, version, changed }: ProductEvent): Part[] | null {
  switch (what) {
    case 'declared': {
      const which = `version ${version ?? 'unknown'}`
      const parts = changedWords(changed ?? [])
      return done(by, [`applied ${which}: ${parts}`], [`${which.replace('v', 'V')} was applied: ${parts}`])
    }
    case 'retired':
      return done(by, ['retired the product: it is served no longer'], ['The product was retired: it is served no longer'])
    default:
      return null
  }
}

function ofClasses({ what, by, columns, classes }: ProductEvent): Part[] | null {
  const where: Part = { names: columns ?? [] }
  const which: Part = { names: classes ?? [] }
  switch (what) {
    case 'declassified':
      return done(by, ['took the class ', which, ' off ', where], ['The class ', which, ' was taken off ', where])
    case 'waived':
      return done(by, ['waived a lost restriction on the port ', where], ['A lost restriction was waived on the port ', where])
    case 'inherited':
      return [where, ' took over ', which, ' from what ', (columns ?? []).length === 1 ? 'it is' : 'they are', ' made of']
    default:
      return null
  }
}

/** The version that a publication followed, if it was another one. */
export function versionBefore(items: readonly PublicationItem[], publication: string | null | undefined): string | undefined {
  const at = items.findIndex((item) => item.publication === publication)
  const [item, next] = [items[at], items[at + 1]]
  return at < 0 || next === undefined || next.version === item?.version ? undefined : next.version
}

/** A sentence as plain text. */
export function textOf(parts: readonly Part[], nameOf: (principal: string) => string): string {
  const said = parts.map((part) => {
    if (typeof part === 'string') return part
    if ('person' in part) return nameOf(part.person)
    if ('publication' in part) return part.publication
    return 'names' in part ? listed(part.names) : part.text
  })
  return said.join('')
}
