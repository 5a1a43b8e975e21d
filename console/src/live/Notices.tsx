import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Breakable } from '../components/Breakable'
import { nameParts } from '../lib/reference'
import type { Shown } from './Live'

/** How long one stays. Everything it says is on its page too; under the pointer or the focus it stays. */
const STAYS_MS = 20_000

export function Notices({ shown, dismiss }: { shown: readonly Shown[]; dismiss: (id: number) => void }) {
  return (
    <div className="news" role="status" aria-label="News">
      {shown.map((notice) => (
        <OneNotice key={notice.id} notice={notice} dismiss={dismiss} />
      ))}
    </div>
  )
}

function OneNotice({ notice, dismiss }: { notice: Shown; dismiss: (id: number) => void }) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return undefined
    const timer = setTimeout(() => dismiss(notice.id), STAYS_MS)
    return () => clearTimeout(timer)
  }, [held, dismiss, notice.id])
  const close = () => dismiss(notice.id)
  return (
    <div
      className="news-item"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <NoticeLink notice={notice} close={close} />
      <button type="button" className="button button-quiet" onClick={close} aria-label={`Dismiss: ${notice.text}`}>
        <span aria-hidden="true">✕</span>
      </button>
    </div>
  )
}

function NoticeLink({ notice: { text, to }, close }: { notice: Shown; close: () => void }) {
  switch (to.page) {
    case 'product':
    case 'access':
      return (
        <Link
          to="/p/$domain/$product/$tab"
          params={{ ...nameParts(to.product), tab: to.page === 'access' ? 'access' : 'overview' }}
          onClick={close}
        >
          <Breakable text={text} />
        </Link>
      )
    case 'request':
      return (
        <Link to="/requests/$id" params={{ id: to.request }} onClick={close}>
          <Breakable text={text} />
        </Link>
      )
    case 'inbox':
      return (
        <Link to="/inbox" search={{ id: to.request }} onClick={close}>
          <Breakable text={text} />
        </Link>
      )
    case 'my-access':
      return (
        <Link to="/my-access" onClick={close}>
          <Breakable text={text} />
        </Link>
      )
  }
}
