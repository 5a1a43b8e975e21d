import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { savedQuery, useKeepQuery } from '../../../api/desk'
import type { WhoAmI } from '../../../api/types'
import { Chip } from '../../../components/Chip'
import { CopyButton } from '../../../components/CopyButton'
import { Dialog } from '../../../components/Dialog'
import { ProblemNotice } from '../../../components/ProblemNotice'
import { Time } from '../../../components/Time'
import { useUnsent } from '../../../lib/unsent'
import { nameOf } from '../../../lib/words'
import '../../../styles/saved.css'
import type { QueryTab } from '../tab'
import { EditDialog } from './EditDialog'
import { QueryFields } from './QueryFields'
import { bodyOf, hasChanges, isNewer, shareWords, type QueryForm, type Saved } from './saved'
import { linkTo } from './link'
import { keptIn, takeNewer } from './tabs'

type Props = { tab: QueryTab; purpose: string; me: WhoAmI }

/** Whether the query of a tab is kept, for whom, and the ways to keep it. */
export function SavedBar({ tab, purpose, me }: Props) {
  const { saved } = tab
  const keep = useKeepQuery()
  const changed = hasChanges(tab)
  // The dialog and what is typed into it outlive a session that ends in its middle.
  const [asking, setAsking] = useUnsent('save query', () => ({ tab: 0, name: '', shared: '' }))
  const [sharing, setSharing] = useState<string>()
  const ask = () => {
    keep.reset()
    setAsking({ tab: tab.id, name: saved?.name ?? (/^Query \d+$/.test(tab.name) ? '' : tab.name), shared: '' })
  }
  // By the promise: the tab may not be the shown one any more when the answer comes.
  const send = (form: QueryForm, id?: string) =>
    void keep.mutateAsync({ id, body: bodyOf(form, tab.text, purpose) }).then(
      (page) => {
        setAsking({ tab: 0 })
        keptIn(tab.id, page)
      },
      () => undefined,
    )
  const open = asking.tab === tab.id
  return (
    <>
      <div className="sql-saved">
        <div className="sql-saved-what">{saved === undefined ? <NotSaved lost={tab.lost !== undefined} /> : <Kept saved={saved} changed={changed} />}</div>
        <div className="row">
          {saved?.mine === true && (
            <button
              type="button"
              className="button"
              aria-disabled={!changed || keep.isPending}
              onClick={() => changed && !keep.isPending && send({ name: saved.name, shared: saved.sharedWith ?? '' }, saved.id)}
            >
              Save
            </button>
          )}
          <button
            type="button"
            className="button"
            aria-disabled={tab.text.trim() === ''}
            aria-haspopup="dialog"
            onClick={() => tab.text.trim() !== '' && ask()}
          >
            {saved === undefined ? 'Save' : 'Save as'}
          </button>
          {saved?.mine === true && (
            <button type="button" className="button" aria-haspopup="dialog" onClick={() => setSharing(saved.id)}>
              Share
            </button>
          )}
          {saved !== undefined && <CopyButton text={linkTo(saved.id)} what="link" label="Copy link" />}
          <Link to="/sql/saved" className="button">
            Saved queries
          </Link>
        </div>
      </div>
      {keep.isError && !open && <ProblemNotice error={keep.error} />}
      {saved !== undefined && <Newer tab={tab.id} saved={saved} changed={changed} />}
      {saved?.mine === true && sharing === saved.id && (
        <EditDialog
          title="Share the saved query"
          item={{ id: saved.id, name: saved.name, shared_with: saved.sharedWith }}
          close={() => setSharing(undefined)}
        />
      )}
      {open && (
        <Dialog title={saved === undefined ? 'Save the query' : 'Save as a query of yours'} close={() => setAsking({ tab: 0 })}>
          <QueryFields
            form={asking}
            set={setAsking}
            groups={me.groups}
            present=""
            pending={keep.isPending}
            error={keep.error}
            send={({ name, shared }) => send({ name, shared })}
            close={() => setAsking({ tab: 0 })}
          >
            <p className="saved-purpose">
              {purpose === '' ? 'It states no purpose, as in the toolbar.' : <>It is run for {purpose}, the purpose in the toolbar.</>}
            </p>
          </QueryFields>
        </Dialog>
      )}
    </>
  )
}

function NotSaved({ lost }: { lost: boolean }) {
  if (lost) return <p role="status">The saved query was deleted or is no longer shared with you. Its text is still in this browser tab.</p>
  return <p className="quiet">Not saved. The text is in this browser tab only.</p>
}

function Kept({ saved, changed }: { saved: Saved; changed: boolean }) {
  return (
    <>
      <span role="status">
        <Chip sign={changed ? { text: 'Unsaved changes', tone: 'warn' } : { text: 'Saved', tone: 'good' }} />
      </span>
      <p className="quiet small">
        {saved.mine ? 'Yours' : `Of ${nameOf(saved.owner)}`}, shared with {shareWords(saved.sharedWith)}, changed <Time at={saved.changedAt} />
      </p>
    </>
  )
}

/** Somebody, perhaps the same person elsewhere, has changed the query since the tab read it. */
function Newer({ tab, saved, changed }: { tab: number; saved: Saved; changed: boolean }) {
  const { data: page } = useQuery(savedQuery(saved.id))
  if (page === undefined || !isNewer(page.changed_at, saved.changedAt)) return null
  return (
    <div className="notice notice-warn" role="status">
      <p>
        This query was changed elsewhere <Time at={page.changed_at} />.
        {changed && ' Loading it gives up your changes here.'}
      </p>
      <button type="button" className="button" onClick={() => takeNewer(tab, page)}>
        Load what is saved now
      </button>
    </div>
  )
}
