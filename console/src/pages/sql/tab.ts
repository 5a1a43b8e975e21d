import type { Column, Row } from './result/rows'
import type { Saved } from './saved/saved'
import type { Place } from './text/place'

/** What was sent, and what it was made of: the part of the editor's text that begins at `from`, with values for its parameters. */
export type Sent = {
  sql: string
  purpose: string | undefined
  text: string
  from: number
  placeBefore: (at: number) => number
}

export type Result = {
  queryId: string
  columns: readonly Column[]
  rows: readonly Row[]
  /** There are more rows than these. */
  more: boolean
  policies: readonly string[]
  purpose: string | undefined
  millis: number
  sent: Sent
}

export type Run =
  | { state: 'running'; since: number; rows: number; stop: () => void }
  | { state: 'done'; result: Result }
  | { state: 'failed'; error: Error; place: Place | undefined; millis: number; sent: Sent }
  | { state: 'cancelled'; millis: number }

export type Message = { id: number; at: string; tone: 'good' | 'bad' | 'plain'; text: string; sql?: string; error?: Error }

export type QueryTab = {
  id: number
  name: string
  text: string
  /** The product and port it was opened for. */
  origin?: string
  /** The saved query it shows, as it was last read or kept. */
  saved?: Saved | undefined
  /** The purpose that was chosen for a saved query; empty for none. */
  purpose?: string | undefined
  /** The id of the saved query that it showed and that is gone. */
  lost?: string | undefined
  run: Run | null
  plan: { sql: string; lines: readonly string[] } | null
  messages: readonly Message[]
}

export type Kept = { id: number; at: string; sql: string; purpose: string | undefined; outcome: string; failed: boolean; queryId?: string }
