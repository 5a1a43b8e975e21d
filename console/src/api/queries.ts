import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf, answerWithHeaders, api } from './client'
import { LONGEST_PAGE, pageOf } from './pages'

export const whoAmI = () =>
  queryOptions({ queryKey: ['whoami'], queryFn: ({ signal }) => answerOf(api.GET('/api/v1/whoami', { signal })) })

type ProductsAsk = { q: string; domain?: string | undefined; cursor?: string | undefined; limit: number }

export const products = (ask: ProductsAsk) =>
  queryOptions({
    queryKey: ['products', ask],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/products', {
          params: {
            query: {
              ...pageOf(ask),
              ...(ask.q === '' ? {} : { q: ask.q }),
              ...(ask.domain === undefined ? {} : { domain: ask.domain }),
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

type SampleAsk = { port: string; own: boolean; purpose?: string | undefined }

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

export const productVersions = (path: ProductName) =>
  queryOptions({
    queryKey: ['product', path, 'versions'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/products/{domain}/{product}/versions', { params: { path }, signal })),
  })

export const productDiff = (path: ProductName, between: { old: string; new: string }) =>
  queryOptions({
    queryKey: ['product', path, 'diff', between],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/products/{domain}/{product}/diff', { params: { path, query: between }, signal })),
  })

/** Short by nature, as what one person holds or waits for is: one page is read, and more is said, not hidden. */
export const entitlements = () =>
  queryOptions({
    queryKey: ['entitlements'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/entitlements', { params: { query: { limit: LONGEST_PAGE } }, signal })),
  })

export const requests = (state?: 'pending') =>
  queryOptions({
    queryKey: ['requests', state ?? 'all'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/requests', {
          params: { query: { limit: LONGEST_PAGE, ...(state === undefined ? {} : { state }) } },
          signal,
        }),
      ),
  })
