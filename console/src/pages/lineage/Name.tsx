import { Fragment } from 'react'
import { printable } from './text'

/** A name that breaks after its dots and strokes where it is too long for its place. */
export function Name({ children }: { children: string }) {
  return (
    <code>
      {printable(children)
        .split(/(?<=[._/])/u)
        .map((part, at) => (
          <Fragment key={at}>
            {at > 0 && <wbr />}
            {part}
          </Fragment>
        ))}
    </code>
  )
}
