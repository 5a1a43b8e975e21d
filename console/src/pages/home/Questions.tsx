import type { RequestItem, WhoAmI } from '../../api/types'
import { RequestLink } from '../../components/RequestLink'
import { Time } from '../../components/Time'
import { questionsTo } from '../../lib/talk'
import { nameOf } from '../../lib/words'

/** Letters of a question that are shown; its page has all of it. */
const SHOWN = 160

/** Questions about a person’s requests that nobody answered yet. */
export function Questions({ me, asked }: { me: WhoAmI; asked: readonly RequestItem[] }) {
  const open = questionsTo(me, asked)
  if (open.length === 0) return null
  return (
    <section aria-labelledby="questions" className="expiring">
      <h2 id="questions">Needs your answer</h2>
      <ul className="plain-list lines">
        {open.map(({ request, last }) => (
          <li key={request.id} className="row row-between">
            <span className="question-told">
              <strong>{nameOf(last.by)}</strong> about your request for {request.product}
              {last.text && <span className="block question-text">{shortened(last.text)}</span>}
              <span className="quiet small block">
                <Time at={last.at} />
              </span>
            </span>
            <RequestLink id={request.id} text={`Answer ${request.id}`} button />
          </li>
        ))}
      </ul>
    </section>
  )
}

function shortened(text: string): string {
  const letters = [...text.replace(/\s+/g, ' ')]
  return letters.length <= SHOWN ? letters.join('') : `${letters.slice(0, SHOWN).join('')}…`
}
