import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { WhoAmI } from '../../../api/types'
import { domainsToBuildIn, isOwner } from '../../../lib/roles'
import type { Repository } from '../finish/repository'
import { useDraft, useSame } from '../useDraft'
import { Wizard } from '../Wizard'
import { WizardPage } from '../WizardPage'
import type { Errors } from '../errors'
import { AccessFields } from './AccessFields'
import { ColumnFields } from './ColumnFields'
import { ContractFields } from './ContractFields'
import { Created } from './Created'
import { accessErrors, columnErrors, contractErrors, nameErrors, tableErrors } from './checks'
import { EMPTY_PRODUCT, type ProductDraft } from './draft'
import { filesOf } from './files'
import { Finish } from './Finish'
import { NameFields } from './NameFields'
import { useNearby } from './nearby'
import { TableFields } from './TableFields'

export function ProductWizard() {
  return (
    <WizardPage
      title="New product"
      lead="Rows of your domain, with a promise that others can rely on."
      may={(me) => domainsToBuildIn(me).length > 0}
      forWhom="Products are made by the owners and engineers of a domain."
      instead={<Instead />}
    >
      {(me) => <Form me={me} domains={domainsToBuildIn(me)} />}
    </WizardPage>
  )
}

function Instead() {
  return (
    <>
      <p>You are neither in any domain: your roles stand under your name, at the top.</p>
      <p>
        If the rows you need are nobody’s product yet, look in the <Link to="/marketplace">marketplace</Link> for the domain that
        has them, and ask its owner.
      </p>
    </>
  )
}

function Form({ me, domains }: { me: WhoAmI; domains: readonly string[] }) {
  const [only, ...others] = domains
  const empty = { ...EMPTY_PRODUCT, domain: others.length === 0 && only !== undefined ? only : '' }
  const state = useDraft<ProductDraft>('product', me.principal, empty)
  const { draft, set } = state
  const [repository, setRepository] = useState<Repository | null>(null)
  const nearby = useNearby(draft.domain)
  const owner = isOwner(me, draft.domain)
  // Who only builds in the domain does not decide who reads, and the server refuses such a file of theirs.
  const shown = owner ? draft : { ...draft, withAccess: false }
  const files = useSame(filesOf(shown, repository?.root ?? 'mesh'))
  const fields = { draft, set, nearby }
  const steps = [
    {
      title: 'Name',
      why: 'Readers write domain.product.port in their SQL, so names stay for ever. The title is what they see in the marketplace.',
      errors: nameErrors(draft, domains),
      body: (errors: Errors) => <NameFields {...fields} errors={errors} domains={domains} />,
    },
    {
      title: 'Table',
      why: 'A product is made of a table of your domain. Silver is conformed already; bronze is as it came, and its texts are cast here.',
      errors: tableErrors(draft),
      body: (errors: Errors) => <TableFields {...fields} errors={errors} />,
    },
    {
      title: 'Columns',
      wide: true,
      why: 'What is listed is what readers get. A class is a mask on every door; a column without one is clear to every reader, so go through them once.',
      errors: columnErrors(draft),
      body: (errors: Errors) => <ColumnFields {...fields} errors={errors} />,
    },
    {
      title: 'Promise',
      why: 'Readers decide by these words, and the gate measures the rest before each publication. A rule that is broken keeps the earlier rows serving.',
      errors: contractErrors(draft),
      body: (errors: Errors) => <ContractFields {...fields} errors={errors} />,
    },
    {
      title: 'Access',
      why: 'Who finds the product, for what it may be read, and who decides. Nobody reads a row before that decision.',
      errors: owner ? accessErrors(draft) : {},
      body: (errors: Errors) => <AccessFields {...fields} errors={errors} owner={owner} me={me} />,
    },
  ]
  return (
    <Wizard
      path="/new/product"
      state={state}
      steps={steps}
      files={files}
      finish={<Finish files={files} draft={draft} repository={repository} pick={setRepository} made={state.made} />}
      created={(restart) => <Created draft={draft} files={files} restart={restart} />}
    />
  )
}
