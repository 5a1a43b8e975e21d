import { queryOptions } from '@tanstack/react-query'
import { contractText } from '../../../api/product'
import type { ProductName } from '../../../api/queries'
import type { ContractFacts } from './contract'

/** Read beside the page; nothing of a contract that cannot be read, or in a browser without workers. */
function readAside(text: string, signal: AbortSignal): Promise<ContractFacts | null> {
  return new Promise((resolve) => {
    try {
      const worker = new Worker(new URL('./contract.worker.ts', import.meta.url), { type: 'module' })
      const end = (facts: ContractFacts | null) => {
        worker.terminate()
        resolve(facts)
      }
      worker.onmessage = ({ data }: MessageEvent<ContractFacts | null>) => end(data)
      worker.onerror = () => end(null)
      signal.addEventListener('abort', () => end(null))
      worker.postMessage(text)
    } catch {
      resolve(null)
    }
  })
}

/** What the contract that is served says, besides what the product's page tells. */
export const contractFacts = (path: ProductName) =>
  queryOptions({
    queryKey: ['product', path, 'contract-facts'],
    queryFn: async ({ client, signal }) => readAside(await client.fetchQuery(contractText(path)), signal),
  })
