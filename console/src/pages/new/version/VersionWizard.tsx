import '../../../styles/version.css'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { contractText } from '../../../api/product'
import type { WhoAmI } from '../../../api/types'
import { Loaded } from '../../../components/Loaded'
import { nameParts } from '../../../lib/reference'
import { domainsToBuildIn } from '../../../lib/roles'
import type { Repository } from '../finish/repository'
import { useDraft, useSame } from '../useDraft'
import { Wizard } from '../Wizard'
import { WizardPage } from '../WizardPage'
import type { Errors } from '../errors'
import { ContractField } from './ContractField'
import { Created } from './Created'
import { EMPTY_VERSION, pathOf, productErrors, textErrors, type VersionDraft } from './draft'
import { Finish } from './Finish'
import { ProductField } from './ProductField'
import { TextDiff } from './TextDiff'

export function VersionWizard() {
  return (
    <WizardPage
      title="New version"
      lead="A changed promise, with what it means for those who rely on it."
      may={(me) => domainsToBuildIn(me).length > 0}
      forWhom="Versions are made by the owners and engineers of a product’s domain."
      instead={<p>You are neither in any domain: your roles stand under your name, at the top.</p>}
    >
      {(me) => <Form me={me} />}
    </WizardPage>
  )
}

function Form({ me }: { me: WhoAmI }) {
  const { product } = useSearch({ from: '/new/version' })
  const state = useDraft<VersionDraft>('version', me.principal, EMPTY_VERSION)
  const { draft, set } = state
  const [repository, setRepository] = useState<Repository | null>(null)
  const served = useQuery({ ...contractText(nameParts(draft.product)), enabled: draft.product !== '' })
  const contract = served.data

  useEffect(() => {
    // A link from a product's page begins with that product; an unfinished draft of another gives way.
    if (product !== undefined && (product !== draft.product || draft.made.seq > 0)) set({ ...EMPTY_VERSION, product })
  }, [product])
  const files = useSame({ [pathOf(draft.product, repository?.root ?? 'mesh')]: draft.text })
  const text = draft.text === '' ? (contract ?? '') : draft.text
  const steps = [
    {
      title: 'Product',
      why: 'A version is a promise. What is served stays as it is until the new one is applied and published.',
      errors: productErrors(draft),
      body: (errors: Errors) => <ProductField draft={draft} set={set} errors={errors} domains={domainsToBuildIn(me)} />,
    },
    {
      title: 'Contract',
      why: 'This is the contract as it is served. Change what is to be promised from now on, and raise its version as far as the change asks.',
      errors: textErrors(draft, contract),
      body: (errors: Errors) => (
        <Loaded query={served} lines={8}>
          {(before) => <ContractField before={before} text={text} set={set} errors={errors} />}
        </Loaded>
      ),
    },
  ]
  return (
    <Wizard
      path="/new/version"
      state={state}
      steps={steps}
      files={files}
      preview={<TextDiff before={contract ?? ''} after={text} />}
      finish={
        <Finish
          files={files}
          draft={draft}
          served={contract ?? ''}
          repository={repository}
          pick={setRepository}
          made={state.made}
        />
      }
      created={(restart) => <Created draft={draft} files={files} restart={restart} />}
    />
  )
}
