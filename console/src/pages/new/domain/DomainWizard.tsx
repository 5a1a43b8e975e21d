import '../../../styles/wizard.css'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { allDomains, type DomainItem } from '../../../api/domains'
import { whoAmI } from '../../../api/queries'
import type { WhoAmI } from '../../../api/types'
import { Empty } from '../../../components/Empty'
import { Loaded } from '../../../components/Loaded'
import { Page } from '../../../components/Page'
import { mayCreateDomains } from '../../../lib/roles'
import type { Errors } from '../errors'
import { useDraft, useResult, useSame } from '../useDraft'
import { Wizard } from '../Wizard'
import { Created } from './Created'
import { EMPTY_DOMAIN, filesOf, nameErrors, peopleErrors, placeErrors, type DomainDraft } from './draft'
import { Finish } from './Finish'
import { NameFields, PeopleFields, PlaceFields, knownOf } from './fields'

export function DomainWizard() {
  const who = useQuery(whoAmI())
  const all = useQuery(allDomains())
  return (
    <Page title="New domain" lead={<p className="quiet">A domain is a team with a landing zone, rules and products of its own.</p>}>
      <Loaded query={who}>
        {(me) =>
          mayCreateDomains(me) ? (
            <Loaded query={all}>{({ items }) => <Form me={me} items={items} />}</Loaded>
          ) : (
            <NotYours />
          )
        }
      </Loaded>
    </Page>
  )
}

function NotYours() {
  return (
    <Empty title="Domains are created by the people with the role admins.">
      <p>You do not hold it: your roles stand under your name, at the top. Ask the platform team for the domain.</p>
      <p>
        To hand them the files, write them with <code>tessera new domain NAME</code> in a checkout of the mesh’s repository.
      </p>
    </Empty>
  )
}

function Form({ me, items }: { me: WhoAmI; items: readonly DomainItem[] }) {
  const { step = 1 } = useSearch({ from: '/new/domain' })
  const navigate = useNavigate({ from: '/new/domain' })
  const state = useDraft<DomainDraft>('domain', me.principal, EMPTY_DOMAIN)
  const { draft, set, clear } = state
  const isDone = useResult(state, step)
  const files = useSame(filesOf(draft))
  const known = knownOf(items, me)
  const fields = { draft, set, known }

  if (isDone) {
    const restart = () => {
      clear()
      void navigate({ search: {} })
    }
    return <Created draft={draft} files={files} restart={restart} />
  }
  const steps = [
    {
      title: 'Name',
      why: 'The name is part of every reference, such as claims.fraud_signals, and stays for ever. The description is what others find the domain by.',
      errors: nameErrors(draft, items.map(({ domain }) => domain)),
      body: (errors: Errors) => <NameFields {...fields} errors={errors} />,
    },
    {
      title: 'People',
      why: 'Roles belong to groups, not to persons: who joins or leaves a team needs no change here. Who is in a group stands in people.yaml.',
      errors: peopleErrors(draft),
      body: (errors: Errors) => <PeopleFields {...fields} errors={errors} />,
    },
    {
      title: 'Place',
      why: 'The landing zone, with bronze, silver and gold, is made in the store that the mesh has set up for this region. Nobody else reads there.',
      errors: placeErrors(draft),
      body: (errors: Errors) => <PlaceFields {...fields} errors={errors} />,
    },
  ]
  return (
    <Wizard
      path="/new/domain"
      steps={steps}
      step={step}
      go={(next) => void navigate({ search: next === 1 ? {} : { step: next } })}
      files={files}
      finish={
        <Finish
          files={files}
          draft={draft}
          made={({ seq }) => set({ made: { seq, seconds: (Date.now() - draft.startedAt) / 1000 } })}
        />
      }
    />
  )
}
