import { onlineManager } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'

/** Says that there is no network, as long as there is none. What was read before stays on the page. */
export function Offline() {
  const online = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  )
  return (
    <div role="status">
      {!online && (
        <p className="notice notice-warn">
          You are offline. What is shown may be old; it is read again once the network is back.
        </p>
      )}
    </div>
  )
}
