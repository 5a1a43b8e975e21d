import { eventReader, type ServerEvent } from './sse'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000

/** How long to wait before the next try: twice as long each time, and not all clients at the same instant. */
export function waitBefore(attempt: number, random: number): number {
  const full = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS)
  return full / 2 + (full / 2) * random
}

type Follower = {
  open: (lastId: string | undefined, signal: AbortSignal) => Promise<Response>
  told: (event: ServerEvent) => void
  /** What happened meanwhile is not known: anything may be another now. */
  missed: () => void
  /** The token is not accepted any more. */
  refused: () => void
  wait: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Where a follower got to, so that it can go on there after a pause. */
export type Place = { lastId: string | undefined; begun: boolean }

/** Follows the events until the signal, the end of the token, or a server that has none. */
export async function follow({ open, told, missed, refused, wait }: Follower, place: Place, signal: AbortSignal): Promise<void> {
  let attempt = 0
  while (!signal.aborted) {
    try {
      const response = await open(place.lastId, signal)
      if (response.status === 401) return refused()
      if (response.status === 404 || response.status === 204) return
      if (response.status === 400) {
        // The number is of another mesh, or of a time that was undone.
        place.lastId = undefined
      } else if (response.ok && response.body !== null) {
        // Without a number to go on from, what came between is lost.
        if (place.begun && place.lastId === undefined) missed()
        place.begun = true
        for await (const event of eventsOf(response.body)) {
          attempt = 0
          place.lastId = event.id ?? place.lastId
          told(event)
        }
      }
    } catch {
      // Not reached, or broken off: tried again below.
    }
    if (signal.aborted) return
    await wait(waitBefore(attempt, Math.random()), signal)
    attempt += 1
  }
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const read = eventReader()
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield* read(decoder.decode(value, { stream: true }))
    }
  } finally {
    void reader.cancel().catch(() => undefined)
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
