import type { QueryKey } from '@tanstack/react-query'
import type { WhoAmI } from '../api/types'
import { partsOf } from '../lib/json'
import { isMine } from '../lib/mine'
import { nameParts } from '../lib/reference'
import { nameOf } from '../lib/words'
import type { ServerEvent } from './sse'

/** What happened in the mesh, as far as the person may know. */
export type Told =
  | { kind: 'publication'; product: string; version: string; rolledBack: boolean }
  | { kind: 'request'; product: string; request: string; by: string }
  | { kind: 'decision'; product: string; decision: string; request?: string; subject?: string }
  | { kind: 'remark'; product: string; request: string; by: string }
  | { kind: 'incident'; product: string; port: string }

/** An event of the server; nothing for kinds and shapes of a later server. */
export function toldOf({ type, data }: ServerEvent): Told | null {
  let facts: unknown
  try {
    facts = JSON.parse(data)
  } catch {
    return null
  }
  const text = (name: string): string | undefined => {
    const value = partsOf(facts)[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const product = text('product')
  const request = text('request')
  const subject = text('subject')
  if (type === 'incident') {
    const port = text('unreadable')
    return port === undefined ? null : { kind: type, product: port.split('.').slice(0, 2).join('.'), port }
  }
  if (product === undefined) return null
  if (type === 'publication') {
    const back = text('rolled_back_to')
    return { kind: type, product, version: back ?? text('version') ?? '', rolledBack: back !== undefined }
  }
  if (type === 'request' || type === 'remark') {
    const by = text('by')
    return request === undefined || by === undefined ? null : { kind: type, product, request, by }
  }
  const decision = text('decision')
  if (type !== 'decision' || decision === undefined) return null
  return { kind: type, product, decision, ...(request && { request }), ...(subject && { subject }) }
}

/** The queries whose answer may be another one now. */
export function touchedBy(told: Told): QueryKey[] {
  const product: QueryKey = ['product', nameParts(told.product)]
  switch (told.kind) {
    case 'publication':
      return [product, ['products'], ['follows'], ['lineage'], ['impact'], ['journal']]
    case 'request':
      return [product, ['products'], ['requests'], ['journal']]
    case 'remark':
      return [['requests'], ['journal']]
    case 'decision':
      return [product, ['products'], ['requests'], ['entitlements'], ['what-can'], ['who-can-read'], ['journal']]
    case 'incident':
      return [product]
  }
}

export type Notice = { text: string; to: { page: 'product' | 'access'; product: string } | { page: 'request' | 'inbox'; request: string } | { page: 'my-access' } }

/** What is said about it; nothing about what the person did themselves and sees anyhow. */
export function noticeOf(told: Told, me: WhoAmI): Notice | null {
  const { product } = told
  switch (told.kind) {
    case 'publication':
      return {
        text: told.rolledBack ? `${product} serves ${told.version} again` : `${product} ${told.version} is published`,
        to: { page: 'product', product },
      }
    case 'request':
      if (told.by === me.principal) return null
      return { text: `${nameOf(told.by)} asks for ${product}`, to: { page: 'inbox', request: told.request } }
    case 'incident':
      return { text: `${told.port} cannot be read now`, to: { page: 'product', product } }
    case 'remark':
      if (told.by === me.principal) return null
      return { text: `${nameOf(told.by)} wrote about the request for ${product}`, to: { page: 'request', request: told.request } }
    case 'decision':
      return decided(told, me)
  }
}

function decided(told: Extract<Told, { kind: 'decision' }>, me: WhoAmI): Notice | null {
  const { product, decision, request, subject } = told
  if (request !== undefined) {
    return { text: `The request for ${product} was ${decision}`, to: { page: 'request', request } }
  }
  const mine = subject !== undefined && isMine(me, subject)
  const whose = mine ? 'Your' : `${nameOf(subject ?? 'somebody')}’s`
  const words: Record<string, string> = {
    approved: mine ? `Your request for ${product} was approved` : `${nameOf(subject ?? 'somebody')} can read ${product} now`,
    revoked: `${whose} access to ${product} was ended`,
    expired: `${whose} access to ${product} has expired`,
  }
  const text = words[decision]
  if (text === undefined) return null
  return { text, to: mine ? { page: 'my-access' } : { page: 'access', product } }
}
