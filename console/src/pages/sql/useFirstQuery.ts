import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { productPage } from '../../api/queries'
import { nameParts } from '../../lib/reference'
import type { SqlSearch } from './search'
import { closeTab, openTab, showTab, workbench } from './store'
import { firstQuery } from './text/names'

/** Opens a query of the product that the address names, once; whoever comes back finds what they made of it. */
export function useFirstQuery({ product, port }: SqlSearch, purpose: string | undefined): Error | null {
  const name = nameParts(product ?? '')
  const query = useQuery({ ...productPage(name, purpose), enabled: product !== undefined, placeholderData: undefined })
  const opened = useRef<string | null>(null)
  const page = query.data
  useEffect(() => {
    if (product === undefined || page === undefined) return
    const origin = `${product}.${port ?? ''}`
    if (opened.current === origin) return
    opened.current = origin
    const shown = page.port_details.find((known) => known.name === port) ?? page.port_details[0]
    const existing = workbench().tabs.find((tab) => tab.origin === origin)
    if (existing !== undefined) showTab(existing.id)
    else if (shown !== undefined) {
      const { tabs, current } = workbench()
      openTab({ name: name.product, text: firstQuery(page, shown), origin })
      const before = tabs.find(({ id }) => id === current)
      if (before?.text === '' && before.run === null) closeTab(current)
    }
  }, [product, port, page, name.product])
  return product === undefined ? null : query.error
}
