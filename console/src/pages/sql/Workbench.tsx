import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { entitlements } from '../../api/queries'
import type { WhoAmI } from '../../api/types'
import { ProblemNotice } from '../../components/ProblemNotice'
import { Catalogue } from './Catalogue'
import { Output } from './Output'
import { Parameters } from './Parameters'
import { QueryTabs } from './QueryTabs'
import { Toolbar } from './Toolbar'
import { EditorPlace } from './editor/EditorPlace'
import type { SqlEditor } from './editor/types'
import { faultOf } from './fault'
import { purposesOf, statedPurpose } from './purposes'
import { USUAL_CAP } from './run'
import { SavedBar } from './saved/SavedBar'
import { useSavedAddress } from './saved/useSavedAddress'
import type { SqlSearch } from './search'
import { changeTab, useWorkbench, workbench } from './store'
import { useFirstQuery } from './useFirstQuery'
import { useKnownNames } from './useKnownNames'
import { useRunning } from './useRunning'

/** Where the catalogue stands beside the editor instead of above it. */
const WIDE = '(min-width: 75rem)'

export function Workbench({ me }: { me: WhoAmI }) {
  const search = useSearch({ from: '/sql' })
  const navigate = useNavigate()
  const { tabs, current } = useWorkbench()
  const tab = tabs.find(({ id }) => id === current) ?? tabs[0]
  const editor = useRef<SqlEditor | null>(null)
  const [ready, setReady] = useState(false)
  const [wide] = useState(() => window.matchMedia(WIDE).matches)
  const [selecting, setSelecting] = useState(false)
  const [cap, setCap] = useState<number>(USUAL_CAP)

  const held = useQuery(entitlements())
  const granted = purposesOf(me, held.data?.items ?? [])
  const stated = statedPurpose(search.purpose, granted, me.token.purpose)
  const purposes = stated === '' || granted.includes(stated) ? granted : [stated, ...granted]
  const purpose = stated === '' ? undefined : stated
  const missing = useFirstQuery(search, purpose)
  const unread = useSavedAddress(tab, search.purpose)
  useKnownNames(editor, ready, tab?.text ?? '', purpose)

  const go = useCallback(
    (changes: Partial<SqlSearch>) => void navigate({ to: '.', search: (before: object) => ({ ...before, ...changes }), replace: true, resetScroll: false }),
    [navigate],
  )

  const running = useRunning({ editor, purpose, cap, running: () => go({ view: search.view === 'chart' ? 'chart' : undefined }) })

  useEffect(() => {
    if (ready && tab !== undefined) editor.current?.show(tab.id, tab.text)
    // The text is the editor's from here on.
  }, [ready, tab?.id])

  const fault = tab === undefined ? null : faultOf(tab)
  const lastRun = tab?.run
  useEffect(() => {
    if (ready) editor.current?.mark(fault)
    // The mark moves with the text, so it is set anew only for another run or another query.
  }, [ready, lastRun, tab?.id])

  if (tab === undefined) return null
  return (
    <div className="sql">
      <details className="sql-catalogue" open={wide}>
        <summary>
          <h2>Catalogue</h2>
        </summary>
        <Catalogue
          find={search.find ?? ''}
          setFind={(find) => go({ find: find === '' ? undefined : find })}
          purpose={purpose}
          insert={(text) => editor.current?.insert(text)}
        />
      </details>
      <div className="sql-work">
        {missing !== null && <ProblemNotice error={missing} />}
        {unread !== null && <ProblemNotice error={unread} />}
        <QueryTabs tabs={tabs} current={tab.id} />
        <SavedBar key={tab.id} tab={tab} purpose={stated} me={me} />
        <Toolbar
          purposes={purposes}
          purpose={stated}
          ofToken={me.token.purpose}
          setPurpose={(next) => go({ purpose: next })}
          cap={cap}
          setCap={setCap}
          run={tab.run}
          selecting={selecting}
          start={() => running.start('run')}
        />
        <EditorPlace
          editor={editor}
          ready={() => setReady(true)}
          told={{
            text: (text) => {
              running.typed()
              changeTab(workbench().current, { text })
            },
            run: () => running.start('run'),
            selecting: setSelecting,
          }}
        />
        <p className="quiet small sql-help">
          {running.nothing ? (
            <span role="status">There is no statement to run.</span>
          ) : (
            <>
              <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs the selection or the statement at the cursor, <kbd>Esc</kbd> <kbd>Tab</kbd> leaves the
              editor. <code>:name</code> asks for a value.
            </>
          )}
        </p>
        <Output
          tab={tab}
          search={search}
          change={go}
          explain={() => running.start('explain')}
          explaining={running.explaining}
          goTo={fault === null ? null : () => editor.current?.goTo(fault.from)}
        />
      </div>
      {running.asked !== null && <Parameters {...running.asked} close={running.dismiss} run={running.answer} />}
    </div>
  )
}
