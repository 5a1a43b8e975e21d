import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Problem } from './api/problem'
import { useSession } from './api/session'
import { forgetBelongings } from './lib/belongings'
import { router } from './router'
import { SignIn } from './shell/SignIn'

/** A refusal stays a refusal; only a server that did not answer, or is busy, is asked once more. */
function worthAnotherTry(failures: number, error: Error): boolean {
  return failures < 1 && (!(error instanceof Problem) || error.status === 0 || error.status >= 500)
}

const queries = new QueryClient({
  defaultOptions: { queries: { retry: worthAnotherTry, staleTime: 15_000 }, mutations: { retry: false } },
})

export function App() {
  const { token, ended } = useSession()
  useEffect(() => {
    // What one person was shown must not be there for the next one in the same tab.
    if (token === null) queries.clear()
    if (ended === 'by-person') forgetBelongings()
  }, [token, ended])
  return (
    <QueryClientProvider client={queries}>
      {token === null ? <SignIn /> : <RouterProvider router={router} />}
    </QueryClientProvider>
  )
}
