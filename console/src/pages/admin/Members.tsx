import { Link } from '@tanstack/react-router'
import { nameOf } from '../../lib/words'

export function Members({ of: members }: { of: readonly string[] }) {
  if (members.length === 0) return <span className="quiet">nobody</span>
  return (
    <span className="row">
      {members.map((member) => (
        <Link key={member} to="/admin/people/$principal" params={{ principal: member }}>
          {nameOf(member)}
        </Link>
      ))}
    </span>
  )
}
