import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { whoAmI } from '../../api/queries'
import type { WhoAmI } from '../../api/types'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import '../../styles/sql.css'
import '../../styles/sql-catalogue.css'
import '../../styles/sql-result.css'
import { NotFound } from '../NotFound'
import { Workbench } from './Workbench'
import { useAbsent } from './saved/useSavedAddress'
import { claim, useWorkbench } from './store'

export function WorkbenchPage() {
  const who = useQuery(whoAmI())
  // One page for a saved query that is absent and for one that is somebody else's.
  if (useAbsent()) return <NotFound />
  return (
    <Page title="SQL">
      <Loaded query={who} lines={8}>
        {(me) => <Mine me={me} />}
      </Loaded>
    </Page>
  )
}

/** Nothing of the workbench is drawn before it is this person's. */
function Mine({ me }: { me: WhoAmI }) {
  const { owner } = useWorkbench()
  useEffect(() => claim(me.principal), [me.principal])
  return owner === me.principal ? <Workbench me={me} /> : null
}
