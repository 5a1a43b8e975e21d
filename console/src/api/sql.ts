import { queryOptions } from '@tanstack/react-query'
import { partsOf } from '../lib/json'
import { answerOf, api } from './client'
import { Problem, asProblem, problemFrom } from './problem'
import type { components } from './schema'

type Schemas = components['schemas']
export type StatementItem = Schemas['StatementItem']

/** A refused statement, with the place that the server names in it. */
export class StatementProblem extends Problem {
  readonly place: { line: number; column: number } | undefined

  constructor(problem: Problem, body: unknown) {
    super(problem)
    this.place = placeIn(body)
  }
}

function placeIn(body: unknown): { line: number; column: number } | undefined {
  const { line, column } = partsOf(partsOf(body)['at'])
  return typeof line === 'number' && typeof column === 'number' ? { line, column } : undefined
}

export const FORMS = { json: 'application/json', csv: 'text/csv', arrow: 'application/vnd.apache.arrow.stream' } as const
export type Form = keyof typeof FORMS

export type Statement = { sql: string; purpose: string | undefined }

export type Answer = {
  queryId: string
  /** What shaped it, one sentence a port. */
  policies: string[]
  /** The purpose it was read under, also where none was stated. */
  purpose: string | undefined
  requestId: string | undefined
  body: ReadableStream<Uint8Array>
}

/** Begins a statement. The headers come with its first rows; from then on its id is known. Aborting closes the connection, which ends it. */
export async function beginStatement({ sql, purpose }: Statement, form: Form, signal: AbortSignal): Promise<Answer> {
  let answer
  try {
    answer = await api.POST('/api/v1/query', {
      // In the body, where a purpose may hold any character; a header takes few.
      body: { sql, ...(purpose === undefined ? {} : { purpose }) },
      headers: { accept: FORMS[form] },
      parseAs: 'stream',
      signal,
    })
  } catch (error) {
    if (signal.aborted) throw error
    throw asProblem(error)
  }
  const { response, error } = answer
  const requestId = response.headers.get('x-request-id')
  if (!response.ok || response.body === null) throw new StatementProblem(problemFrom(response.status, error, requestId), error)
  return {
    queryId: response.headers.get('x-tessera-query-id') ?? '',
    policies: (response.headers.get('x-tessera-policies') ?? '').split('; ').filter((policy) => policy !== ''),
    purpose: response.headers.get('x-tessera-purpose') ?? undefined,
    requestId: requestId ?? undefined,
    body: response.body,
  }
}

/** Ends a running statement by its id. One that is over already cannot be told from one that never was, and neither matters. */
export async function endStatement(queryId: string): Promise<void> {
  const { response } = await api.DELETE('/api/v1/query/{id}', { params: { path: { id: queryId } } })
  if (!response.ok && response.status !== 404) throw problemFrom(response.status, undefined, response.headers.get('x-request-id'))
}

export const activity = (limit: number) =>
  queryOptions({
    queryKey: ['activity', 'own', limit],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/activity', { params: { query: { limit } }, signal })),
    staleTime: 0,
  })
