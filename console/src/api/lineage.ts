import { queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'

type SideAsk = { of: string; side: 'up' | 'down'; steps: number; asOf?: string | undefined }

/** One side of the lineage, so many products far. Nobody asks the server for no step. */
export const lineageSide = ({ of, side, steps, asOf }: SideAsk) =>
  queryOptions({
    queryKey: ['lineage', of, side, steps, asOf ?? 'now'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/lineage', {
          params: {
            query: {
              of,
              up: side === 'up' ? steps : 0,
              down: side === 'down' ? steps : 0,
              ...(asOf === undefined ? {} : { as_of: asOf }),
            },
          },
          signal,
        }),
      ),
    // What a publication was made of does not change, and a new one is rare.
    staleTime: 60_000,
    // The drawing stays while one step more is looked up; that of something else would be a lie.
    placeholderData: (before, query) => (query?.queryKey[1] === of && query.queryKey[4] === (asOf ?? 'now') ? before : undefined),
  })

export const impactOf = (of: string) =>
  queryOptions({
    queryKey: ['impact', of],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/impact', { params: { query: { of } }, signal })),
  })
