import { queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import type { components } from './schema'

export type PurposeItem = components['schemas']['PurposeItem']

/** What data may be read for in this mesh; it changes with the mesh's files, which is seldom. */
export const purposes = () =>
  queryOptions({
    queryKey: ['purposes'],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/purposes', { signal })),
    staleTime: 5 * 60_000,
  })
