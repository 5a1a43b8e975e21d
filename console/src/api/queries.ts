import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf, answerWithHeaders, api } from './client'

/** One page of a list that is short by nature: what one person holds or waits for. More than this is said, not hidden. */
const ONE_PAGE = 500

export const whoAmI = () =>
  queryOptions({ queryKey: ['whoami'], queryFn: ({ signal }) => answerOf(api.GET('/api/v1/whoami', { signal })) })

export type ProductsAsk = { q: string; domain?: string | undefined; cursor?: string | undefined; limit: number }

export const products = (ask: ProductsAsk) =>
  queryOptions({
    queryKey: ['products', ask],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/products', {
          params: {
            query: {
              limit: ask.limit,
              ...(ask.q === '' ? {} : { q: ask.q }),
              ...(ask.domain === undefined ? {} : { domain: ask.domain }),
              ...(ask.cursor === undefined ? {} : { cursor: ask.cursor }),
            },
          },
          signal,
        }),
      ),
    // The list stays while the next letter is looked up; a skeleton at each key would flicker.
    placeholderData: keepPreviousData,
  })

export type ProductName = { domain: string; product: string }

export const productPage = (path: ProductName, purpose?: string) =>
  queryOptions({
    queryKey: ['product', path, 'page', purpose],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/products/{domain}/{product}', {
          params: { path, query: purpose === undefined ? {} : { purpose } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const productAccess = (path: ProductName) =>
  queryOptions({
    queryKey: ['product', path, 'access'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/products/{domain}/{product}/access', { params: { path }, signal })),
  })

export const productQuality = (path: ProductName) =>
  queryOptions({
    queryKey: ['product', path, 'quality'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/products/{domain}/{product}/quality', { params: { path }, signal })),
  })

export const productContract = (path: ProductName) =>
  queryOptions({
    queryKey: ['product', path, 'contract'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/products/{domain}/{product}/contract', { params: { path }, parseAs: 'text', signal }),
      ),
  })

export type SampleAsk = { port: string; own: boolean; purpose?: string | undefined }

export const productSample = (path: ProductName, ask: SampleAsk) =>
  queryOptions({
    queryKey: ['product', path, 'sample', ask],
    queryFn: async ({ signal }) => {
      const query = ask.own
        ? { port: ask.port, own: true, ...(ask.purpose === undefined ? {} : { purpose: ask.purpose }) }
        : { port: ask.port }
      const { body, headers } = await answerWithHeaders(
        api.GET('/api/v1/products/{domain}/{product}/sample', { params: { path, query }, parseAs: 'text', signal }),
      )
      return { csv: body, policies: headers.get('x-tessera-policies') }
    },
    // Rows of people are not kept once nobody looks at them.
    gcTime: 0,
  })

export const columnLineage = (of: string, direction: 'up' | 'down', depth: number) =>
  queryOptions({
    queryKey: ['lineage', of, direction, depth],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/lineage', {
          params: { query: { of, up: direction === 'up' ? depth : 0, down: direction === 'down' ? depth : 0 } },
          signal,
        }),
      ),
  })

export const entitlements = () =>
  queryOptions({
    queryKey: ['entitlements'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/entitlements', { params: { query: { limit: ONE_PAGE } }, signal })),
  })

export const requests = (state?: 'pending') =>
  queryOptions({
    queryKey: ['requests', state ?? 'all'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/requests', {
          params: { query: { limit: ONE_PAGE, ...(state === undefined ? {} : { state }) } },
          signal,
        }),
      ),
  })
