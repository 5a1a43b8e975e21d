import { asProblem, Problem } from '../../api/problem'
import { StatementProblem, beginStatement, endStatement } from '../../api/sql'
import { currentToken } from '../../api/session'
import { millisWords } from '../../lib/time'
import { countWords } from './words'
import { RowsReader, type Row } from './result/rows'
import { changeTab, keep, newId, say, workbench } from './store'
import type { Result, Run, Sent } from './tab'

/** Rows kept in the browser's memory at most; the whole is in an export. */
export const CAPS = [1_000, 10_000, 100_000] as const
export const USUAL_CAP = 10_000
/** Characters of an answer that are kept at most, for answers of few but wide rows. */
const MOST_TEXT = 64_000_000
const TOLD_EVERY_MS = 200

/** Runs a statement in a tab until it ends, fails, is cancelled, or has given as many rows as are kept. */
export async function runIn(tab: number, sent: Sent, cap: number): Promise<void> {
  const before = workbench().tabs.find(({ id }) => id === tab)?.run
  if (before?.state === 'running') before.stop()
  const control = new AbortController()
  const token = currentToken()
  const since = performance.now()
  const millis = () => Math.round(performance.now() - since)
  const running = newId()
  const mine = () => runs.get(tab) === running
  const said = { sql: sent.sql, purpose: sent.purpose }
  let queryId: string | undefined

  /** By its id, once that is known; before, closing the connection is what ends it. Both may be done to the same statement. */
  const end = () => {
    if (queryId !== undefined && currentToken() !== null) void endStatement(queryId).catch(() => undefined)
    control.abort()
  }
  const stop = () => {
    const shown = mine()
    runs.delete(tab)
    end()
    // With the session what it was shown goes as well.
    if (!shown || currentToken() !== token) return
    changeTab(tab, { run: { state: 'cancelled', millis: millis() } })
    keep({ ...said, outcome: `cancelled after ${millisWords(millis())}`, failed: true, ...(queryId === undefined ? {} : { queryId }) })
    say(tab, { tone: 'plain', text: `Cancelled after ${millisWords(millis())}; the statement is ended on the server.`, sql: sent.sql })
  }
  begin(tab, running, { state: 'running', since, rows: 0, stop })
  try {
    const answer = await beginStatement(sent, 'json', control.signal)
    queryId = answer.queryId
    const read = await readRows(answer.body, cap, answer.requestId, (rows) => {
      if (mine()) changeTab(tab, { run: { state: 'running', since, rows, stop } })
    })
    if (read.more) end()
    if (!mine()) return
    const { policies, purpose } = answer
    const result = { ...read, queryId, policies, purpose, millis: millis(), sent }
    finish(tab, { state: 'done', result })
    tellDone(tab, result)
  } catch (error) {
    if (!mine()) return
    finish(tab, { state: 'failed', error: asProblem(error), place: placeOf(error), millis: millis(), sent })
    keep({ ...said, outcome: `failed: ${asProblem(error).code}`, failed: true })
    say(tab, { tone: 'bad', text: `Failed after ${millisWords(millis())}.`, sql: sent.sql, error: asProblem(error) })
  }
}

/** Which run of a tab is the present one: what an earlier one still hears of is not shown. */
const runs = new Map<number, number>()

function begin(tab: number, running: number, run: Run): void {
  runs.set(tab, running)
  changeTab(tab, { run })
}

function finish(tab: number, run: Run): void {
  runs.delete(tab)
  changeTab(tab, { run })
}

function placeOf(error: unknown) {
  return error instanceof StatementProblem ? error.place : undefined
}

function tellDone(tab: number, { rows, more, policies, purpose, millis, queryId, sent }: Result): void {
  const count = more ? `the first ${countWords(rows.length)} of more` : countWords(rows.length)
  keep({ sql: sent.sql, purpose, outcome: count, failed: false, queryId })
  const under = purpose === undefined ? '' : `, read for ${purpose}`
  say(tab, { tone: 'good', text: `${count} in ${millisWords(millis)}${under}.`, sql: sent.sql })
  for (const policy of policies) say(tab, { tone: 'plain', text: `Policies applied to ${policy}` })
}

type Read = { columns: Result['columns']; rows: Row[]; more: boolean }

async function readRows(
  body: ReadableStream<Uint8Array>,
  cap: number,
  requestId: string | undefined,
  told: (rows: number) => void,
): Promise<Read> {
  const reader = new RowsReader()
  const decoder = new TextDecoder()
  const rows: Row[] = []
  let length = 0
  let toldAt = performance.now()
  const source = body.getReader()
  try {
    for (;;) {
      const { done, value } = await source.read()
      if (done) break
      const text = decoder.decode(value, { stream: true })
      length += text.length
      for (const row of reader.read(text)) rows.push(row)
      if (rows.length > cap || (length > MOST_TEXT && !reader.finished)) {
        return { columns: reader.columns ?? [], rows: rows.slice(0, cap), more: true }
      }
      if (performance.now() - toldAt > TOLD_EVERY_MS) {
        toldAt = performance.now()
        told(rows.length)
      }
    }
  } catch {
    throw brokeOff(rows.length, requestId)
  }
  if (!reader.finished || reader.columns === null) throw brokeOff(rows.length, requestId)
  return { columns: reader.columns, rows, more: false }
}

/** After the first row a failure has no words of its own: the connection ends without the end of the answer. */
function brokeOff(rows: number, requestId: string | undefined): Problem {
  return new Problem({
    status: 200,
    code: 'answer-broke-off',
    message: `the answer broke off after ${countWords(rows)}; an incomplete answer is not shown`,
    hint: 'the reason is in the server’s log under the request; run it again, or narrow it',
    ...(requestId === undefined ? {} : { requestId }),
  })
}

/** The plan of a statement, as its reader may see it. */
export async function explainIn(tab: number, sent: Sent): Promise<void> {
  const answer = await beginStatement({ sql: `EXPLAIN ${sent.sql}`, purpose: sent.purpose }, 'json', new AbortController().signal)
  const { rows } = await readRows(answer.body, USUAL_CAP, answer.requestId, () => undefined)
  changeTab(tab, { plan: { sql: sent.sql, lines: rows.map(([line]) => String(line)) } })
}
