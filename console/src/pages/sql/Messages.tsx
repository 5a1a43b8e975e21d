import { asProblem } from '../../api/problem'
import { Empty } from '../../components/Empty'
import { ProblemCode } from '../../components/ProblemCode'
import { Said } from '../../components/Said'
import { Time } from '../../components/Time'
import type { Message } from './tab'

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
          <span className={message.tone === 'bad' ? 'field-error' : undefined}>
            <Said text={message.text} />
          </span>
          {message.error !== undefined && <Refused error={message.error} />}
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

function Refused({ error }: { error: Error }) {
  const problem = asProblem(error)
  return (
    <span className="block">
      <Said text={[problem.message, problem.hint].filter((part) => part !== undefined).join('; ')} />
      <ProblemCode problem={problem} />
    </span>
  )
}
