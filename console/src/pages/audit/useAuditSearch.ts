import { useRouterState } from '@tanstack/react-router'
import { useMemo } from 'react'
import { parseAudit, type AuditSearch } from './search'

/** The audit's state, whichever of its two addresses is open. */
export function useAuditSearch(): AuditSearch {
  const raw = useRouterState({ select: (state) => state.location.search })
  return useMemo(() => parseAudit(raw as Record<string, unknown>), [raw])
}
