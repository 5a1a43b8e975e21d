import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answerOf, api } from '../api/client'
import { beginSession, useSession } from '../api/session'
import { Field } from '../components/Field'
import { ProblemNotice } from '../components/ProblemNotice'
import { belongsTo } from '../lib/belongings'

/** Asks for a token and checks it before it is kept. The address stays, so that the page wanted opens afterwards. */
export function SignIn() {
  const { ended } = useSession()
  const [token, setToken] = useState('')
  useEffect(() => {
    document.title = 'Sign in · Tessera'
  }, [])
  const check = useMutation({
    mutationFn: (candidate: string) =>
      answerOf(api.GET('/api/v1/whoami', { headers: { authorization: `Bearer ${candidate}` } })),
    onSuccess: ({ principal }, candidate) => {
      belongsTo(principal)
      beginSession(candidate)
    },
  })
  return (
    <main className="sign-in">
      <h1>
        <span className="brand-mark" aria-hidden="true" /> Sign in to Tessera
      </h1>
      {ended === 'by-server' && check.isIdle && (
        <p className="notice notice-warn" role="status">
          The token is no longer valid. Sign in with another one to go on where you were.
        </p>
      )}
      {ended === 'by-person' && <p role="status">You are signed out.</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (token.trim() !== '') check.mutate(token.trim())
        }}
      >
        <Field label="Token" help="It begins with tsr_ and stays in this browser tab only.">
          {(wiring) => (
            <input
              {...wiring}
              type="password"
              autoComplete="off"
              spellCheck={false}
              required
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        {check.isError && <ProblemNotice error={check.error} />}
        <button type="submit" className="button button-main" disabled={check.isPending}>
          {check.isPending ? 'Checking' : 'Sign in'}
        </button>
      </form>
      <p className="quiet">
        An administrator makes a token on the command line, once for each person: <code>tessera token create NAME</code>
      </p>
    </main>
  )
}
