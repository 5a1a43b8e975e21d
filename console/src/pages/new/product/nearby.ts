import { useQueries, useQuery } from '@tanstack/react-query'
import { purposes, type PurposeItem } from '../../../api/purposes'
import { productPage, products } from '../../../api/queries'
import type { ProductPage } from '../../../api/types'
import { purposeWords } from '../../../lib/purpose'
import { nameParts } from '../../../lib/reference'

/** How many products are read for suggestions. */
const LOOKED_AT = 6

export type Nearby = { terms: { value: string; help?: string }[]; purposes: { value: string; help?: string }[]; classes: string[] }

/** The words that products of the same domain use, or any products if it has none; and the purposes of the mesh. */
export function useNearby(domain: string): Nearby {
  const own = useQuery({ ...products({ q: '', domain, limit: LOOKED_AT }), enabled: domain !== '' })
  const any = useQuery({ ...products({ q: '', limit: LOOKED_AT }), enabled: own.data?.items.length === 0 })
  const items = own.data?.items.length === 0 ? any.data?.items : own.data?.items
  const pages = useQueries({ queries: (items ?? []).map(({ reference }) => productPage(nameParts(reference))) })
  const declared = useQuery(purposes()).data?.items ?? []
  return nearbyOf(pages.flatMap(({ data }) => (data === undefined ? [] : [data])), declared)
}

function nearbyOf(pages: readonly ProductPage[], declared: readonly PurposeItem[]): Nearby {
  const terms = new Map<string, { value: string; help?: string }>()
  for (const { term, definition } of pages.flatMap(({ glossary }) => glossary)) {
    terms.set(term, { value: term, ...(definition == null ? {} : { help: definition }) })
  }
  const tags = pages.flatMap((page) => page.port_details.flatMap((port) => port.columns.flatMap((column) => column.tags)))
  return {
    terms: [...terms.values()].sort((a, b) => a.value.localeCompare(b.value)),
    purposes: declared.map((item) => {
      const help = purposeWords(item)
      return { value: item.purpose, ...(help === undefined ? {} : { help }) }
    }),
    classes: [...new Set(tags.filter((tag) => tag.includes('.')))].sort(),
  }
}
