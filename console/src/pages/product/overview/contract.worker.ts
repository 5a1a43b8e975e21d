import { readContract } from './contract'

/** Half a second for a contract of some hundred columns, in which the page goes on. */
self.onmessage = ({ data }: MessageEvent<string>) => {
  try {
    self.postMessage(readContract(data))
  } catch {
    self.postMessage(null)
  }
}
