import createClient from 'openapi-fetch'
import { asProblem, problemFrom } from './problem'
import type { paths } from './schema'
import { currentToken, endSession } from './session'

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  // Looked up at each call, so that a test may put another one in its place.
  fetch: (request) => globalThis.fetch(request),
})

api.use({
  onRequest({ request }) {
    const token = currentToken()
    // The sign-in sends a token that is not the session's yet.
    if (token !== null && !request.headers.has('authorization')) request.headers.set('authorization', `Bearer ${token}`)
    return request
  },
  onResponse({ request, response }) {
    // Only the session's own token ends the session: a late answer to an older one must not.
    const sent = request.headers.get('authorization')
    if (response.status === 401 && sent === `Bearer ${currentToken() ?? ''}`) endSession('by-server')
    return undefined
  },
})

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** What a call answered, or the problem thrown. */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await answerWithHeaders(call)).body
}

/** The same, for the few answers whose headers say something. */
export async function answerWithHeaders<T>(call: Promise<Answer<T>>): Promise<{ body: T; headers: Headers }> {
  const { data, error, response } = await accepted(call)
  if (data === undefined) throw problemFrom(response.status, error, response.headers.get('x-request-id'))
  return { body: data, headers: response.headers }
}

/** For calls that answer with nothing: the problem thrown, if there is one. */
export async function emptyAnswer(call: Promise<Answer<unknown>>): Promise<void> {
  await accepted(call)
}

async function accepted<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  let answer: Answer<T>
  try {
    answer = await call
  } catch (error) {
    throw asProblem(error)
  }
  const { error, response } = answer
  if (!response.ok) throw problemFrom(response.status, error, response.headers.get('x-request-id'))
  return answer
}
