import type { RequestItem, WhoAmI } from '../api/types'
import { isMine } from './mine'
import { nameParts } from './reference'
import { isOwner, isSteward } from './roles'
import { nameOf, type Sign } from './words'

type Remark = NonNullable<RequestItem['remarks']>[number]

/** Whether the person is on the side of the request that asked: it is theirs, or for a group of theirs. */
export function asksFor(me: WhoAmI, request: RequestItem): boolean {
  return request.by === me.principal || isMine(me, request.subject)
}

/** Whether the server lets the person say something about a request; a request that is decided is only read. */
export function mayTalk(me: WhoAmI, request: RequestItem): boolean {
  const { domain } = nameParts(request.product)
  return request.state === 'pending' && (asksFor(me, request) || request.mine_to_decide || isOwner(me, domain) || isSteward(me, domain))
}

type Talk = { last: Remark; turn: 'mine' | 'theirs' }

/**
 * Where the questions on a request that waits stand: what was said last, and whether the other side waits for this person.
 * Nothing where nobody asked anything.
 */
export function talkOf(me: WhoAmI, request: RequestItem): Talk | null {
  const last = request.remarks?.at(-1)
  if (request.state !== 'pending' || last === undefined) return null
  const byAsker = last.by === request.by || last.by === request.subject
  const mine = last.by === me.principal || asksFor(me, request) === byAsker
  return { last, turn: mine ? 'theirs' : 'mine' }
}

/** The same in a word or two, for a list. */
export function talkSign(me: WhoAmI, request: RequestItem): Sign | null {
  const talk = talkOf(me, request)
  if (talk === null) return null
  if (talk.turn === 'mine') {
    return { text: asksFor(me, request) ? 'Waits for your answer' : `${nameOf(talk.last.by)} wrote`, tone: 'warn' }
  }
  return { text: asksFor(me, request) ? 'You wrote last' : `Waits for ${nameOf(request.by)}’s answer`, tone: 'plain' }
}

/** The requests of a person on which somebody waits for their answer. */
export function questionsTo(me: WhoAmI, items: readonly RequestItem[]): { request: RequestItem; last: Remark }[] {
  return items.flatMap((request) => {
    const talk = asksFor(me, request) ? talkOf(me, request) : null
    return talk?.turn === 'mine' ? [{ request, last: talk.last }] : []
  })
}

/** The longest text the server takes, in bytes. */
const LONGEST_REMARK = 4096

const sizeOf = (text: string) => new TextEncoder().encode(text.trim()).length

/** Why a text cannot be sent; nothing if it can. */
export function remarkError(text: string): string | undefined {
  const size = sizeOf(text)
  if (size === 0) return 'Write something first.'
  const over = size - LONGEST_REMARK
  if (over <= 0) return undefined
  return `This is ${over.toLocaleString('en')} ${over === 1 ? 'byte' : 'bytes'} too long; ${LONGEST_REMARK.toLocaleString('en')} fit. Shorten it, or send it in two.`
}

/** How much of the room is used, once it gets tight. */
export function roomWords(text: string): string | undefined {
  const size = sizeOf(text)
  if (size < LONGEST_REMARK * 0.75) return undefined
  return `${size.toLocaleString('en')} of ${LONGEST_REMARK.toLocaleString('en')} bytes`
}
