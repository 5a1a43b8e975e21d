import type { ReactNode } from 'react'

/** Nothing is there: what, why, and what may be done next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  )
}
