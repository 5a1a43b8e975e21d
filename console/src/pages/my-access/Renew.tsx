import { Link } from '@tanstack/react-router'
import { useAskForAccess } from '../../api/requests'
import type { EntitlementItem, RequestItem } from '../../api/types'
import { ProblemNotice } from '../../components/ProblemNotice'
import { RequestLink } from '../../components/RequestLink'
import { requestForm } from '../../lib/reference'
import { renewalOf, waitingRenewal } from '../../lib/renewal'

type Props = { item: EntitlementItem; asked: readonly RequestItem[]; who: string }

/** One click asks for the same once more; where that cannot be known, the form does. */
export function Renew({ item, asked, who }: Props) {
  const ask = useAskForAccess()
  const waiting = waitingRenewal(item, asked)
  const renewal = renewalOf(item, asked, who)
  if (ask.data?.state === 'approved') return <span role="status">Renewed at once</span>
  if (waiting !== undefined) {
    return (
      <span role="status">
        Asked: <RequestLink id={waiting.id} />
      </span>
    )
  }
  if (renewal === null) return <AskLink item={item} text="Renew" />
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={ask.isPending}
        aria-label={`Renew ${item.product}`}
        title={`${renewal.purpose}: ${renewal.reason}`}
        onClick={() => ask.mutate(renewal)}
      >
        {ask.isPending ? 'Asking' : 'Renew'}
      </button>
      {ask.isError && <ProblemNotice error={ask.error} />}
    </>
  )
}

export function AskLink({ item, text }: { item: EntitlementItem; text: string }) {
  return (
    <Link {...requestForm(item.product)} aria-label={`${text} ${item.product}`}>
      {text}
    </Link>
  )
}
