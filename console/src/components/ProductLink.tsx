import { Link } from '@tanstack/react-router'
import { nameParts } from '../lib/reference'

export function ProductLink({ reference, text }: { reference: string; text?: string }) {
  return (
    <Link to="/p/$domain/$product/$tab" params={{ ...nameParts(reference), tab: 'overview' }}>
      {text ?? reference}
    </Link>
  )
}
