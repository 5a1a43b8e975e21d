import { FACETS, type Facet, type MarketplaceSearch } from './search'

/** A search as it is kept: the words and every narrowing in the server's query language. Order, view and page are of the moment. */
export function keptWords(search: MarketplaceSearch): string {
  const narrowing = FACETS.flatMap((facet) => (search[facet] === undefined ? [] : [`${facet}:${search[facet]}`]))
  return [...(search.q?.trim() ? [search.q.trim()] : []), ...narrowing].join(' ')
}

function narrowingIn(word: string): [Facet, string] | undefined {
  const colon = word.indexOf(':')
  const facet = FACETS.find((name) => name === word.slice(0, Math.max(colon, 0)).toLowerCase())
  const value = word.slice(colon + 1)
  return facet === undefined || value === '' ? undefined : [facet, value]
}

/** The marketplace's state of words that are kept. A second narrowing of the same kind stays among the words. */
export function searchOf(words: string): MarketplaceSearch {
  const search: MarketplaceSearch = {}
  const rest: string[] = []
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const narrowing = narrowingIn(word)
    if (narrowing === undefined || search[narrowing[0]] !== undefined) rest.push(word)
    else search[narrowing[0]] = narrowing[1]
  }
  return rest.length === 0 ? search : { q: rest.join(' '), ...search }
}

/** Whether two searches find the same: the same words in their order, the same narrowing. */
export function sameSearch(a: string, b: string): boolean {
  const plain = (words: string) => keptWords(searchOf(words))
  return plain(a) === plain(b)
}
