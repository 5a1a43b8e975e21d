/** A number as a share of the largest beside it, for the eye; the number itself stands next to it. */
export function ShareBar({ value, most }: { value: number; most: number }) {
  return (
    <svg className="share-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect className="share-bar-track" width={100} height={8} />
      <rect className="share-bar-value" width={most === 0 ? 0 : (value / most) * 100} height={8} />
    </svg>
  )
}
