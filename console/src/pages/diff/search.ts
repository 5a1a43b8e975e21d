import { textsIn } from '../../lib/search'

/** Which two versions the page compares; without them the two newest. `from=1` is the newest of that major version. */
type DiffSearch = { from?: string | undefined; to?: string | undefined }

export function parseDiff(raw: Record<string, unknown>): DiffSearch {
  return textsIn(raw, ['from', 'to'])
}
