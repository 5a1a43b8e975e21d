import type { ReactNode } from 'react'

type Props = {
  label: string
  /** What each column holds. */
  head: readonly string[]
  /** Whether one more column follows, with what can be done about each row. */
  actions?: boolean
  children: ReactNode
}

/** A table that scrolls in itself on a narrow screen, also by keyboard. */
export function Table({ label, head, actions = false, children }: Props) {
  return (
    <div className="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {actions && (
              <th scope="col" className="actions-head">
                <span className="visually-hidden">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
