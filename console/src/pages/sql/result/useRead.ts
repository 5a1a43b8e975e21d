import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { statementRecord } from '../../../api/sql'
import type { Result } from '../store'
import { marksOf, portsRead } from './treatments'

/** What the audit holds of a statement says which columns it read as masked. An answer that no policy shaped has none. */
export function useRead({ queryId, policies, columns }: Result) {
  const record = useQuery({ ...statementRecord(queryId), enabled: policies.length > 0 })
  const ports = useMemo(() => portsRead(record.data, policies), [record.data, policies])
  const marks = useMemo(() => marksOf(columns, ports), [columns, ports])
  return { known: record.data != null, ports, marks }
}
