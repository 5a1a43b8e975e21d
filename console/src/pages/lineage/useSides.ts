import { useQuery } from '@tanstack/react-query'
import { lineageSide } from '../../api/lineage'
import type { Side } from './dependence'
import { MOST_STEPS } from './search'

/** One side of what was asked about; no step, nothing asked. */
export function useSide(of: string, side: Side, steps: number, asOf: string | undefined) {
  return useQuery({ ...lineageSide({ of, side, steps, asOf }), enabled: steps > 0 })
}

/** One step more, asked for once the page has what it shows: it tells how much lies beyond, and expanding is at once. */
export function useFurther(of: string, side: Side, steps: number, asOf: string | undefined, ready: boolean) {
  const query = useQuery({ ...lineageSide({ of, side, steps: steps + 1, asOf }), enabled: ready && steps < MOST_STEPS })
  return query.isPlaceholderData ? undefined : query.data
}
