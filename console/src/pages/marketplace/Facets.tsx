import { Link } from '@tanstack/react-router'
import type { Found } from '../../api/types'
import { useNarrow } from '../../lib/useNarrow'
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
  if (facet === 'tier') return `Tier ${value}`
  return WORDS[facet]?.[value] ?? value
}

/** On a narrow screen what was found comes first; the ways to narrow it unfold. */
export function Facets(props: Props) {
  const narrow = useNarrow()
  if (!narrow) return <FacetLists {...props} />
  const chosen = FACETS.filter((facet) => props.search[facet] !== undefined).length
  return (
    <details className="facets-fold">
      <summary>Narrow down{chosen > 0 && ` (${chosen} chosen)`}</summary>
      <FacetLists {...props} />
    </details>
  )
}

type Props = { found: Found; search: MarketplaceSearch }

/** Ways to narrow what was found, each with how many products it would leave. Every choice is a link. */
function FacetLists({ found, search }: Props) {
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
