import { asProblem } from '../../api/problem'
import { Empty } from '../../components/Empty'
import { Time } from '../../components/Time'
import type { Message } from './store'

/** What was said about the statements of a query, the newest first. */
export function Messages({ messages }: { messages: readonly Message[] }) {
  if (messages.length === 0) return <Empty title="No messages." />
  return (
    <ol className="plain-list lines sql-messages" aria-label="Messages, newest first">
      {messages.map((message) => (
        <li key={message.id}>
          <span className="quiet small">
            <Time at={message.at} />
          </span>{' '}
          <span className={message.tone === 'bad' ? 'field-error' : undefined}>{message.text}</span>
          {message.error !== undefined && <Said error={message.error} />}
          {message.sql !== undefined && (
            <span className="block small">
              <code className="sql-said">{message.sql}</code>
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}

function Said({ error }: { error: Error }) {
  const { message, code, hint, requestId } = asProblem(error)
  return (
    <span className="block">
      {message}
      {hint !== undefined && `; ${hint}`}
      <span className="quiet small block">
        <code>{code}</code>
        {requestId !== undefined && (
          <>
            {' '}
            · request <code>{requestId}</code>
          </>
        )}
      </span>
    </span>
  )
}
