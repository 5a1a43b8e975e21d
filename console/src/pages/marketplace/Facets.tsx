import { Link } from '@tanstack/react-router'
import type { Found } from '../../api/types'
import { FACETS, toggled, type Facet, type MarketplaceSearch } from './search'

const TITLES: Record<Facet, string> = {
  access: 'Access',
  domain: 'Domain',
  class: 'Class of data',
  state: 'Freshness',
  tier: 'Recovery tier',
}

const WORDS: Partial<Record<Facet, Record<string, string>>> = {
  access: { yes: 'I have access', requested: 'I asked for it', no: 'No access yet' },
  state: { ok: 'Fresh', due: 'New data due', late: 'Late' },
}

export function facetWords(facet: Facet, value: string): string {
  return WORDS[facet]?.[value] ?? value
}

/** Ways to narrow what was found, each with how many products it would leave. Every choice is a link. */
export function Facets({ found, search }: { found: Found; search: MarketplaceSearch }) {
  return (
    <div className="facets">
      {FACETS.map((facet) => {
        const counts = { ...(found.facets[facet] ?? {}) }
        const chosen = search[facet]
        if (chosen !== undefined) counts[chosen] ??= 0
        const values = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b))
        if (values.length === 0) return null
        return (
          <section key={facet} aria-label={TITLES[facet]}>
            <h2>{TITLES[facet]}</h2>
            <ul>
              {values.map(([value, count]) => (
                <li key={value}>
                  <Link
                    to="/marketplace"
                    search={toggled(search, facet, value)}
                    className="facet"
                    data-chosen={chosen === value}
                    title={chosen === value ? 'Chosen; click to remove' : undefined}
                  >
                    <span>
                      {chosen === value && <span aria-hidden="true">✓ </span>}
                      {facetWords(facet, value)}
                      {chosen === value && <span className="visually-hidden"> (chosen)</span>}
                    </span>
                    <span className="quiet">{count}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
    </div>
  )
}
