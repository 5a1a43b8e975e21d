import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { whoAmI } from '../api/queries'
import { currentToken, endSession } from '../api/session'
import type { WhoAmI } from '../api/types'
import { belongsTo } from '../lib/belongings'
import { follow, pause, type Place } from './follow'
import { Notices } from './Notices'
import { noticeOf, toldOf, touchedBy, type Notice } from './told'
import { useWatching } from './useWatching'

const MOST_NOTICES = 3

export type Shown = Notice & { id: number }

/** Follows what happens in the mesh: reads again what it touches, and says so in a corner. */
export function Live() {
  const { data: me } = useQuery(whoAmI())
  useEffect(() => {
    if (me !== undefined) belongsTo(me.principal)
  }, [me])
  return me === undefined ? null : <Following me={me} />
}

function Following({ me }: { me: WhoAmI }) {
  const queries = useQueryClient()
  const watching = useWatching()
  const place = useRef<Place>({ lastId: undefined, begun: false })
  const [shown, setShown] = useState<readonly Shown[]>([])
  const known = useRef({ next: 1, incidents: new Set<string>() })
  const who = useRef(me)
  who.current = me

  const say = useCallback((notice: Notice | null) => {
    if (notice === null) return
    const id = known.current.next
    known.current.next += 1
    setShown((before) => [...before.filter(({ text }) => text !== notice.text), { ...notice, id }].slice(-MOST_NOTICES))
  }, [])

  useEffect(() => {
    if (!watching) return undefined
    const end = new AbortController()
    const token = currentToken() ?? ''
    void follow(
      {
        open: (lastId, signal) =>
          globalThis.fetch('/api/v1/events', {
            headers: { authorization: `Bearer ${token}`, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
            cache: 'no-store',
            signal,
          }),
        told: (event) => {
          const told = toldOf(event)
          if (told === null) return
          for (const queryKey of touchedBy(told)) void queries.invalidateQueries({ queryKey })
          // Each connection begins with the incidents that last; once is enough.
          if (told.kind === 'incident' && known.current.incidents.has(told.port)) return
          if (told.kind === 'incident') known.current.incidents.add(told.port)
          say(noticeOf(told, who.current))
        },
        missed: () => void queries.invalidateQueries(),
        refused: () => {
          if (token === currentToken()) endSession('by-server')
        },
        wait: pause,
      },
      place.current,
      end.signal,
    )
    return () => end.abort()
  }, [watching, queries, say])

  const dismiss = useCallback((id: number) => setShown((before) => before.filter((notice) => notice.id !== id)), [])
  return <Notices shown={shown} dismiss={dismiss} />
}
