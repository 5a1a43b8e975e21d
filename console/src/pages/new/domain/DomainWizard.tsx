import { useQuery } from '@tanstack/react-query'
import { allDomains, type DomainItem } from '../../../api/domains'
import type { WhoAmI } from '../../../api/types'
import { Loaded } from '../../../components/Loaded'
import { mayCreateDomains } from '../../../lib/roles'
import type { Errors } from '../errors'
import { useDraft, useSame } from '../useDraft'
import { Wizard } from '../Wizard'
import { WizardPage } from '../WizardPage'
import { Created } from './Created'
import { EMPTY_DOMAIN, filesOf, nameErrors, peopleErrors, placeErrors, type DomainDraft } from './draft'
import { Finish } from './Finish'
import { NameFields, PeopleFields, PlaceFields, knownOf } from './fields'

export function DomainWizard() {
  const all = useQuery(allDomains())
  return (
    <WizardPage
      title="New domain"
      lead="A domain is a team with a landing zone, rules and products of its own."
      may={mayCreateDomains}
      forWhom="Domains are created by the people with the role admins."
      instead={<Instead />}
    >
      {(me) => <Loaded query={all}>{({ items }) => <Form me={me} items={items} />}</Loaded>}
    </WizardPage>
  )
}

function Instead() {
  return (
    <>
      <p>You do not hold it: your roles stand under your name, at the top. Ask the platform team for the domain.</p>
      <p>
        To hand them the files, write them with <code>tessera new domain NAME</code> in a checkout of the mesh’s repository.
      </p>
    </>
  )
}

function Form({ me, items }: { me: WhoAmI; items: readonly DomainItem[] }) {
  const state = useDraft<DomainDraft>('domain', me.principal, EMPTY_DOMAIN)
  const { draft, set } = state
  const files = useSame(filesOf(draft))
  const fields = { draft, set, known: knownOf(items, me) }
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
      state={state}
      steps={steps}
      files={files}
      finish={<Finish files={files} draft={draft} made={state.made} />}
      created={(restart) => <Created draft={draft} files={files} restart={restart} />}
    />
  )
}
