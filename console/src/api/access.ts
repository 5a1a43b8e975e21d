import { queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import { Problem } from './problem'
import type { RequestItem } from './types'

const PAGE = 500
/** Of a person with more requests than this, the oldest are for the command line. */
const MOST_PAGES = 10

/** What a waiting request would let its person see, on invented rows; for whoever decides it. */
export const requestSample = (id: string) =>
  queryOptions({
    queryKey: ['requests', 'sample', id],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/requests/{id}/sample', { params: { path: { id } }, signal })),
  })

/** One request. The API lists them only, so the pages are read until it is found. */
export const oneRequest = (id: string) =>
  queryOptions({
    queryKey: ['requests', 'one', id],
    queryFn: async ({ signal }): Promise<RequestItem> => {
      let cursor: string | undefined
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = cursor === undefined ? { limit: PAGE } : { limit: PAGE, cursor }
        const { items, next } = await answerOf(api.GET('/api/v1/requests', { params: { query }, signal }))
        const found = items.find((item) => item.id === id)
        if (found !== undefined) return found
        if (next == null) break
        cursor = next
      }
      throw new Problem({ status: 404, code: 'not-found', message: 'there is no such request' })
    },
  })
