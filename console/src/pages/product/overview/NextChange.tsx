import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { productDiff, whoAmI, type ProductName } from '../../../api/queries'
import type { ProductPage } from '../../../api/types'
import { Until } from '../../../components/Until'
import { isMember } from '../../../lib/roles'
import { countWords } from '../../diff/verdict'
import { DECLARED } from '../../diff/versions'

/**
 * What is known to come: the end of the major version before, told to everybody; a version that is applied and not published, told
 * to people of the domain.
 */
export function NextChange({ page, name }: { page: ProductPage; name: ProductName }) {
  const { data: me } = useQuery(whoAmI())
  const wanted = page.publication != null && isMember(me, name.domain)
  const { data: next } = useQuery({ ...productDiff(name, { old: 'current', new: DECLARED }), enabled: wanted })
  const coming = next !== undefined && (next.verdict != null || next.old !== next.new) ? next : undefined
  if (coming === undefined && !page.previous_until) return null
  return (
    <section>
      <h2>Next change</h2>
      {coming && (
        <p>
          Version {coming.new} is applied and not published yet{coming.changes.length > 0 && `: ${countWords(coming.changes)}`}.{' '}
          <Link to="/p/$domain/$product/contract/diff" params={name} search={{ from: coming.old, to: DECLARED }}>
            See the changes
          </Link>
        </p>
      )}
      {page.previous_until && (
        <p>
          The major version before is served until <Until at={page.previous_until} />.
        </p>
      )}
    </section>
  )
}
