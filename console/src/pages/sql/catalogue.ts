import type { SQLNamespace } from '@codemirror/lang-sql'
import type { FoundItem, ProductPage } from '../../api/types'
import { nameParts } from '../../lib/reference'
import { treatmentWords } from '../../lib/words'
import { written } from './text/names'

type DomainProducts = { domain: string; products: FoundItem[] }

/** What was found, domain by domain. */
export function byDomain(items: readonly FoundItem[]): DomainProducts[] {
  const domains = new Map<string, FoundItem[]>()
  for (const item of items) {
    const { domain } = nameParts(item.reference)
    domains.set(domain, [...(domains.get(domain) ?? []), item])
  }
  return [...domains].map(([domain, products]) => ({ domain, products })).sort((a, b) => a.domain.localeCompare(b.domain))
}

/** Names for completion: what the server showed to this person, and nothing else. */
export function namespaceOf(items: readonly FoundItem[], pages: readonly ProductPage[]): SQLNamespace {
  const columns = new Map(pages.map((page) => [page.reference, page.port_details]))
  const domains: Record<string, Record<string, Record<string, { label: string; apply: string; detail: string; type: string }[]>>> = {}
  for (const { reference, ports } of items) {
    const [domain = '', product = ''] = reference.split('.')
    const details = columns.get(reference) ?? []
    ;(domains[domain] ??= {})[product] = Object.fromEntries(
      ports.map((port) => [
        port,
        (details.find(({ name }) => name === port)?.columns ?? [])
          .filter((column) => column.treatment !== 'denied')
          .map((column) => ({
            label: column.name,
            apply: written(column.name),
            detail: isMasked(column.treatment) ? `${column.type}, masked` : column.type,
            type: 'property',
          })),
      ]),
    )
  }
  return domains
}

export function isMasked(treatment: string | null | undefined): boolean {
  return treatment != null && treatment !== 'clear' && treatment !== 'denied'
}

/** What a person sees of a column under the chosen purpose; the plain value needs no words. */
export function seenWords(treatment: string | null | undefined): string | null {
  if (treatment === 'clear') return null
  if (treatment == null) return 'not visible to you under this purpose'
  return treatment === 'denied' ? 'not visible to you' : treatmentWords(treatment)
}
