import { Link } from '@tanstack/react-router'

export function RequestLink({ id, text }: { id: string; text?: string }) {
  return (
    <Link to="/requests/$id" params={{ id }} className="no-break">
      {text ?? id}
    </Link>
  )
}
