import { useQuery } from '@tanstack/react-query'
import { impactOf } from '../../api/lineage'
import { productDiff, type ProductName } from '../../api/queries'
import { Loaded } from '../../components/Loaded'
import { Affected } from './Affected'
import { ChangeGroups, VerdictLine } from './ChangeGroups'
import { verdictOf, versionWords } from './verdict'
import { DECLARED } from './versions'

type Props = { name: ProductName; from: string; to: string }

export function Changes({ name, from, to }: Props) {
  const reference = `${name.domain}.${name.product}`
  const diff = useQuery(productDiff(name, { old: from, new: to }))
  const impact = useQuery(impactOf(reference))
  return (
    <Loaded query={diff} lines={8}>
      {(difference) => (
        <>
          <VerdictLine verdict={verdictOf(difference.verdict)} words={versionWords(difference)} changes={difference.changes} />
          <ChangeGroups changes={difference.changes} />
          {difference.changes.some(({ verdict }) => verdict !== 'documentation') && (
            <section>
              <h2>Who would feel it</h2>
              <Loaded query={impact}>
                {(felt) => <Affected impact={felt} changes={difference.changes} reference={reference} served={to !== DECLARED} />}
              </Loaded>
            </section>
          )}
        </>
      )}
    </Loaded>
  )
}
