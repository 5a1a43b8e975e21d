import { useQuery } from '@tanstack/react-query'
import { follows, useFollow } from '../../api/desk'
import type { ProductPage } from '../../api/types'
import { ProblemNotice } from '../../components/ProblemNotice'
import { nameParts } from '../../lib/reference'
import '../../styles/follow.css'

/** Puts the product's changes on the person's home page. */
export function FollowButton({ page }: { page: ProductPage }) {
  const query = useQuery(follows())
  const follow = useFollow(nameParts(page.reference), page)
  if (query.data === undefined && !query.isError) return null
  const following = query.data?.items.some(({ reference }) => reference === page.reference) ?? false
  return (
    <>
      <button
        type="button"
        className="button"
        aria-pressed={following}
        title={following ? 'Its changes are on your home page' : 'Shows its changes on your home page'}
        onClick={() => !follow.isPending && follow.mutate(!following)}
      >
        {following ? (
          <>
            <span aria-hidden="true">✓</span>Following
          </>
        ) : (
          'Follow'
        )}
      </button>
      {follow.isError && (
        <div className="follow-error">
          <ProblemNotice error={follow.error} />
        </div>
      )}
    </>
  )
}
