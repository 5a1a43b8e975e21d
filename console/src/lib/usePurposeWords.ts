import { useQuery } from '@tanstack/react-query'
import { purposes } from '../api/purposes'
import { purposeWords } from './purpose'

/** What a purpose is and on which legal basis, in words; nothing while it is read and where nothing is said of it. */
export function usePurposeWords(purpose: string | null | undefined): string | undefined {
  const { data } = useQuery(purposes())
  return purposeWords(data?.items.find((item) => item.purpose === purpose))
}
