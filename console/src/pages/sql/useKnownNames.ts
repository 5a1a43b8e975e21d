import { useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useMemo, type RefObject } from 'react'
import { productPage, products } from '../../api/queries'
import type { ProductPage } from '../../api/types'
import { nameParts } from '../../lib/reference'
import { MOST_PRODUCTS } from './Catalogue'
import { namespaceOf } from './catalogue'
import type { SqlEditor } from './editor/types'
import { productsNamed } from './text/names'

/** Products whose columns are looked up for one text at most. */
const MOST_NAMED = 20

function pagesOf(results: UseQueryResult<ProductPage>[]): ProductPage[] {
  return results.flatMap(({ data }) => (data === undefined ? [] : [data]))
}

/** Teaches the editor the names for completion: the visible products, and the columns of those that the text names. */
export function useKnownNames(editor: RefObject<SqlEditor | null>, ready: boolean, text: string, purpose: string | undefined): void {
  const found = useQuery(products({ q: '', limit: MOST_PRODUCTS }))
  const items = found.data?.items
  const deferred = useDeferredValue(text)
  const named = useMemo(
    () => productsNamed(deferred, items?.map(({ reference }) => reference) ?? []).slice(0, MOST_NAMED),
    [deferred, items],
  )
  const pages = useQueries({ queries: named.map((reference) => productPage(nameParts(reference), purpose)), combine: pagesOf })
  useEffect(() => {
    if (ready && items !== undefined) editor.current?.know(namespaceOf(items, pages))
  }, [editor, ready, items, pages])
}
