import '../../../styles/change.css'
import type { PlannedChange } from '../../../api/plan'
import type { ReaderUse } from '../../../api/types'
import { ChangeGroups, VerdictLine } from '../../diff/ChangeGroups'
import { Readers } from '../../diff/Affected'
import { verdictOf } from '../../diff/verdict'

/** What a planned contract means for those who read what is served: the verdict, the changes, and who read what breaks. */
export function JudgedContract({ change, readers }: { change: PlannedChange; readers: readonly ReaderUse[] }) {
  const judged = change.contract
  if (judged == null) return null
  const reference = change.object.replace(/^product:/, '')
  const words = `After ${judged.published} it needs version ${judged.least} or higher, and the file says so.`
  return (
    <>
      <VerdictLine verdict={verdictOf(judged.verdict)} words={words} changes={judged.changes} />
      {judged.previous_until != null && (
        <p>
          {judged.published} stays readable until {judged.previous_until.slice(0, 10)}.
        </p>
      )}
      <ChangeGroups changes={judged.changes} />
      {judged.verdict === 'breaking' && (
        <section>
          <h3>Who read what breaks</h3>
          <Readers readers={readers} untold={[]} changes={judged.changes} reference={reference} />
        </section>
      )}
    </>
  )
}
