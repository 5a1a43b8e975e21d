import { useRef } from 'react'
import { asProblem } from './problem'

/** randomUUID exists on secure origins only; a console on plain HTTP inside a company needs a key as well. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The key by which the server knows a command that it is sent twice. */
export function useOnceKey() {
  const key = useRef(newKey())
  const renew = () => {
    key.current = newKey()
  }
  return {
    headers: () => ({ 'Idempotency-Key': key.current }),
    renew,
    /** Without an answer the command may have been taken: the same key asks for the same again. After an answer it is a new one. */
    failed: (error: Error) => {
      if (asProblem(error).status !== 0) renew()
    },
  }
}
