import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import type { ProductEvent } from '../../../api/product'
import { whoAmI, type ProductName } from '../../../api/queries'
import type { PublicationItem } from '../../../api/types'
import { RequestLink } from '../../../components/RequestLink'
import { isMine } from '../../../lib/mine'
import { instantWords } from '../../../lib/time'
import { PersonName } from '../PersonName'
import { sentenceOf, versionBefore, type Part } from './sentence'

type Props = { event: ProductEvent; name: ProductName; versions: readonly PublicationItem[] }

export function EventLine({ event, name, versions }: Props) {
  const before = event.what === 'published' ? versionBefore(versions, event.publication) : undefined
  return (
    <li className={`activity-event activity-${event.about}`}>
      <time dateTime={event.at} title={instantWords(event.at)} className="quiet">
        {event.at.slice(11, 16)}
      </time>
      <p>
        {sentenceOf(event).map((part, at) => (
          <Fragment key={at}>
            <Said part={part} name={name} subject={event.subject} />
          </Fragment>
        ))}
        {before !== undefined && event.version != null && (
          <>
            {' · '}
            <Link to="/p/$domain/$product/contract/diff" params={name} search={{ from: before, to: event.version }}>
              What changed since {before}
            </Link>
          </>
        )}
      </p>
    </li>
  )
}

function Said({ part, name, subject }: { part: Part; name: ProductName; subject: string | null | undefined }) {
  if (typeof part === 'string') return part
  if ('person' in part) return <PersonName principal={part.person} domain={name.domain} />
  if ('publication' in part) {
    return (
      <Link to="/p/$domain/$product/$tab" params={{ ...name, tab: 'contract' }} search={{ version: part.publication }}>
        {part.publication}
      </Link>
    )
  }
  if ('request' in part) return <RequestLink id={part.request} text={part.text} />
  if ('access' in part) return <AccessLink text={part.text} name={name} subject={subject ?? ''} />
  return <Names names={part.names} />
}

/** A change of classes may be about each of some hundred columns. */
const MOST_NAMES = 12

function Names({ names }: { names: readonly string[] }) {
  const shown = names.length > MOST_NAMES ? names.slice(0, MOST_NAMES) : names
  return (
    <>
      {shown.map((text, at) => (
        <Fragment key={text}>
          {at > 0 && (at === names.length - 1 ? ' and ' : ', ')}
          <code>{text}</code>
        </Fragment>
      ))}
      {shown.length < names.length && ` and ${names.length - shown.length} others`}
    </>
  )
}

/** One's own access is on its page, everybody’s on the product’s. */
function AccessLink({ text, name, subject }: { text: string; name: ProductName; subject: string }) {
  const { data: me } = useQuery(whoAmI())
  if (me !== undefined && isMine(me, subject)) return <Link to="/my-access">{text}</Link>
  return (
    <Link to="/p/$domain/$product/$tab" params={{ ...name, tab: 'access' }}>
      {text}
    </Link>
  )
}
