import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { whoAmI } from '../../api/queries'
import { activity } from '../../api/sql'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import '../../styles/sql.css'
import { ActivityTable } from './ActivityTable'
import { KeptTable } from './KeptTable'
import { lineOf } from './history'
import { MOST, USUAL_LIMIT } from './search'
import { claim, useWorkbench } from './store'

export function HistoryPage() {
  const { limit = USUAL_LIMIT } = useSearch({ from: '/sql/history' })
  const who = useQuery(whoAmI())
  const { owner, history } = useWorkbench()
  const principal = who.data?.principal
  useEffect(() => {
    if (principal !== undefined) claim(principal)
  }, [principal])
  const statements = useQuery(activity(limit))
  const kept = owner !== null && owner === principal ? history : []
  return (
    <Page
      title="Your statements"
      lead={
        <p>
          <Link to="/sql">Back to the workbench</Link>
        </p>
      }
    >
      <section>
        <h2>In this browser tab</h2>
        <p className="quiet sql-lead">Kept in memory with their text, until the tab is closed or loaded anew.</p>
        {kept.length === 0 ? <Empty title="Nothing has run in this tab yet." /> : <KeptTable items={kept} />}
      </section>
      <section>
        <h2>Through every door</h2>
        <p className="quiet sql-lead">
          What the server recorded of your statements, from here, psql and other programs. It keeps what was read and no text.
        </p>
        <Loaded query={statements}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="You have run no statement yet." />
            ) : (
              <>
                <div className="sql-activity">
                  <ActivityTable lines={items.map(lineOf)} kept={kept} />
                </div>
                {items.length >= limit && limit < MOST && (
                  <Link to="/sql/history" search={{ limit: Math.min(MOST, limit + 100) }} className="button" resetScroll={false}>
                    Show more
                  </Link>
                )}
                {items.length >= MOST && <p className="quiet">Only the newest {MOST} are shown.</p>}
              </>
            )
          }
        </Loaded>
      </section>
    </Page>
  )
}
