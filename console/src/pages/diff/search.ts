import { textsIn } from '../../lib/search'

/** Which two versions the page compares; without them the two newest. `from=1` is the newest of that major version. */
export type DiffSearch = {
  from?: string | undefined
  to?: string | undefined
  /** The texts instead of the changes with their meaning. */
  view?: 'text' | undefined
}

export function parseDiff(raw: Record<string, unknown>): DiffSearch {
  const search: DiffSearch = textsIn(raw, ['from', 'to'])
  if (raw['view'] === 'text') search.view = 'text'
  return search
}
