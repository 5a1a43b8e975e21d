import { useQuery } from '@tanstack/react-query'
import { chain } from '../../api/audit'
import { Chip } from '../../components/Chip'
import { CopyButton } from '../../components/CopyButton'
import { Skeleton } from '../../components/Skeleton'
import { Withheld } from '../../components/Withheld'
import { instantWords } from '../../lib/time'

export function VerifyView() {
  const query = useQuery(chain())
  const check = () => void query.refetch()
  if (query.isError) return <Withheld error={query.error} title="The chain is for auditors to check." retry={check} />
  if (query.data === undefined) return <Skeleton />
  const { records, head, blobs, checkedAt } = query.data
  return (
    <>
      <p role="status">
        <Chip sign={{ text: 'The chain holds', tone: 'good' }} />
      </p>
      <p className="chain-words">
        Each record carries the hash of the one before it. Every record, the head, every document that records name and the newest
        snapshot were read again and compared. A change to any of them would break the chain there, and this page would name the first
        bad record.
      </p>
      <dl className="facts">
        <dt>Records</dt>
        <dd>{records.toLocaleString('en')}</dd>
        <dt>Documents</dt>
        <dd>{blobs.toLocaleString('en')}</dd>
        <dt>Head</dt>
        <dd>
          {head ? (
            <>
              <code>{head}</code> <CopyButton text={head} what="the head’s hash" />
            </>
          ) : (
            'none yet'
          )}
        </dd>
        <dt>Checked</dt>
        <dd>{instantWords(checkedAt)}</dd>
      </dl>
      <p className="chain-words">
        Keep the head outside of this mesh. Whoever could replace the whole journal cannot make one with the same head.
      </p>
      <p className="row">
        <button type="button" className="button button-main" disabled={query.isFetching} onClick={check}>
          {query.isFetching ? 'Checking' : 'Check again'}
        </button>
      </p>
    </>
  )
}
