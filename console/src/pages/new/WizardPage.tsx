import '../../styles/wizard.css'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { whoAmI } from '../../api/queries'
import type { WhoAmI } from '../../api/types'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'

type Props = {
  title: string
  lead: string
  may: (me: WhoAmI) => boolean
  /** Said to whoever may not: `Domains are created by …`, and what they can do instead. */
  forWhom: string
  instead: ReactNode
  children: (me: WhoAmI) => ReactNode
}

/** The page of a wizard: its form for those who may, for everybody else whose it is. */
export function WizardPage({ title, lead, may, forWhom, instead, children }: Props) {
  const who = useQuery(whoAmI())
  return (
    <Page title={title} lead={<p className="quiet">{lead}</p>}>
      <Loaded query={who}>{(me) => (may(me) ? children(me) : <Empty title={forWhom}>{instead}</Empty>)}</Loaded>
    </Page>
  )
}
