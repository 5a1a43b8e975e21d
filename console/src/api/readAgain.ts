import { useQueryClient } from '@tanstack/react-query'

/** After a change what a person holds, waits for or sees may be another, so everything that is shown is read again. */
export function useReadAgain(): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries()
}
