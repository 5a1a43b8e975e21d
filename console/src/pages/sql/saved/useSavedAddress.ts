import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { savedQuery } from '../../../api/desk'
import { asProblem } from '../../../api/problem'
import { changeTab, showTab, useWorkbench } from '../store'
import type { QueryTab } from '../tab'
import { lost, openSaved, tabOf } from './tabs'

function useAddressed() {
  const { id } = useParams({ strict: false })
  const query = useQuery({ ...savedQuery(id ?? ''), enabled: id !== undefined })
  const { tabs } = useWorkbench()
  const gone = id !== undefined && query.isError && asProblem(query.error).status === 404
  const wasHere = tabs.some(({ saved, lost: was }) => id !== undefined && (saved?.id === id || was === id))
  return { id, query, gone, wasHere }
}

/** Whether the address is of a saved query that is not there for this person, and never was in this tab. */
export function useAbsent(): boolean {
  const { gone, wasHere } = useAddressed()
  return gone && !wasHere
}

/**
 * Keeps the address and the tab that is shown together: another address shows its query, another tab has its own address. The purpose
 * is in the address as well; that of a saved query comes and goes with its tab. Why the query could not be read, if it could not.
 */
export function useSavedAddress(tab: QueryTab | undefined, purpose: string | undefined): Error | null {
  const { id, query, gone, wasHere } = useAddressed()
  const navigate = useNavigate()
  /** The address that was last followed. */
  const followed = useRef<string | null | undefined>(null)
  const shown = tab?.saved?.id
  const page = !gone && query.data?.id === id ? query.data : undefined

  useEffect(() => {
    // One that never was here is the page's to tell; this may be drawn once before the page is.
    if (!gone || !wasHere || id === undefined) return
    lost(id)
    void navigate({ to: '/sql', search: (search: object) => search, replace: true, resetScroll: false })
  }, [gone, wasHere, id, navigate])

  useEffect(() => {
    if (id !== followed.current) {
      if (id !== undefined && shown !== id) {
        const open = tabOf(id)
        if (open !== undefined) showTab(open.id)
        else if (page !== undefined) openSaved(page)
        else return
      }
      followed.current = id
      if (id !== undefined) return
    }
    if (shown === id) return
    const how = { replace: true, resetScroll: false } as const
    const before = (search: object) => ({ ...search, ...(shown === undefined ? {} : { purpose: tab?.purpose }) })
    if (shown === undefined) void navigate({ to: '/sql', search: before, ...how })
    else void navigate({ to: '/sql/q/$id', params: { id: shown }, search: before, ...how })
    // The tab matters by what it shows.
  }, [id, shown, page, navigate])

  const chosen = tab?.purpose
  const current = tab?.id
  useEffect(() => {
    if (id === undefined || shown !== id || purpose === chosen || current === undefined) return
    if (purpose !== undefined) changeTab(current, { purpose })
    else void navigate({ to: '.', search: (search: object) => ({ ...search, purpose: chosen }), replace: true, resetScroll: false })
  }, [id, shown, purpose, chosen, current, navigate])

  return query.isError && !gone && page === undefined ? query.error : null
}
