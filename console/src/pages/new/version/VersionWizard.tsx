import '../../../styles/wizard.css'
import '../../../styles/version.css'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { productContract, whoAmI } from '../../../api/queries'
import type { WhoAmI } from '../../../api/types'
import { Empty } from '../../../components/Empty'
import { Loaded } from '../../../components/Loaded'
import { Page } from '../../../components/Page'
import { nameParts } from '../../../lib/reference'
import { domainsToBuildIn } from '../../../lib/roles'
import type { Repository } from '../finish/repository'
import { useDraft, useResult } from '../useDraft'
import { Wizard } from '../Wizard'
import type { Errors } from '../errors'
import { ContractField } from './ContractField'
import { Created } from './Created'
import { EMPTY_VERSION, pathOf, productErrors, textErrors, type VersionDraft } from './draft'
import { Finish } from './Finish'
import { ProductField } from './ProductField'
import { TextDiff } from './TextDiff'

export function VersionWizard() {
  const who = useQuery(whoAmI())
  return (
    <Page title="New version" lead={<p className="quiet">A changed promise, with what it means for those who rely on it.</p>}>
      <Loaded query={who}>
        {(me) =>
          domainsToBuildIn(me).length === 0 ? (
            <Empty title="Versions are made by the owners and engineers of a product’s domain.">
              <p>You are neither in any domain: your roles stand under your name, at the top.</p>
            </Empty>
          ) : (
            <Form me={me} />
          )
        }
      </Loaded>
    </Page>
  )
}

function Form({ me }: { me: WhoAmI }) {
  const { step = 1, product } = useSearch({ from: '/new/version' })
  const navigate = useNavigate({ from: '/new/version' })
  const state = useDraft<VersionDraft>('version', me.principal, EMPTY_VERSION)
  const { draft, set, clear } = state
  const isDone = useResult(state, step)
  const [repository, setRepository] = useState<Repository | null>(null)
  const served = useQuery({ ...productContract(nameParts(draft.product)), enabled: draft.product !== '' })
  const contract = served.data

  useEffect(() => {
    // A link from a product's page begins with that product; an unfinished draft of another gives way.
    if (product !== undefined && (product !== draft.product || draft.made.seq > 0)) set({ ...EMPTY_VERSION, product })
  }, [product])
  const path = pathOf(draft.product, repository?.root ?? 'mesh')
  const files = useMemo(() => ({ [path]: draft.text }), [path, draft.text])

  if (isDone) {
    const restart = () => {
      clear()
      void navigate({ search: {} })
    }
    return <Created draft={draft} files={files} restart={restart} />
  }
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
      steps={steps}
      step={step}
      go={(next) => void navigate({ search: next === 1 ? {} : { step: next } })}
      files={files}
      preview={<TextDiff before={contract ?? ''} after={text} />}
      finish={
        <Finish
          files={files}
          draft={draft}
          served={contract ?? ''}
          repository={repository}
          pick={setRepository}
          made={({ seq }) => set({ made: { seq, seconds: (Date.now() - draft.startedAt) / 1000 } })}
        />
      }
    />
  )
}
