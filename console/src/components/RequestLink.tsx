import { Link } from '@tanstack/react-router'

export function RequestLink({ id, text, button }: { id: string; text?: string; button?: true }) {
  return (
    <Link to="/requests/$id" params={{ id }} className={button ? 'button' : 'no-break'}>
      {text ?? id}
    </Link>
  )
}
