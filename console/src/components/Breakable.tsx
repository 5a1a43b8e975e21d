import { Fragment } from 'react'

/** A text with names in it, which may go on in the next line after a dot or an underscore. */
export function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[._])(?=\S)/).map((part, at) => (
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {part}
    </Fragment>
  ))
}
