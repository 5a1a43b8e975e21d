import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Files } from '../../api/plan'
import { FilesPreview } from './FilesPreview'
import { StepForm, StepHeading, type Step } from './StepForm'
import { Lacking, StepNav, stepSearch, type WizardPath } from './StepNav'
import { useResult, type Kept } from './useDraft'

type Props = {
  path: WizardPath
  state: { draft: Kept; clear: () => void }
  steps: readonly Step[]
  files: Files
  /** In place of the files. */
  preview?: ReactNode
  /** Shown after the last step's fields in place of a button. */
  finish: ReactNode
  /** What there is once it is made. */
  created: (restart: () => void) => ReactNode
}

const LAST = 'Check and finish'

/** Steps are addresses: back and forward walk through them, and what was typed stays. */
export function Wizard({ path, state, steps, files, preview, finish, created }: Props) {
  const { step = 1 } = useSearch({ from: path })
  const navigate = useNavigate()
  const go = (next: number) => void navigate({ to: path, search: stepSearch(next) })
  const isDone = useResult(state, step)
  if (isDone) {
    return created(() => {
      state.clear()
      go(1)
    })
  }
  const at = Math.min(step, steps.length + 1)
  const current = steps[at - 1]
  const titles = [...steps.map(({ title }) => title), LAST]
  const lacking = steps.map(({ errors }) => Object.keys(errors).length)
  return (
    <>
      <StepNav path={path} titles={titles} />
      <div className={current?.wide ? 'wizard wizard-wide' : 'wizard'}>
        {current === undefined ? (
          <div className="wizard-form">
            <StepHeading key={at} at={at} title={LAST} />
            {lacking.some((count) => count > 0) ? <Lacking path={path} titles={titles} lacking={lacking} /> : finish}
          </div>
        ) : (
          <StepForm key={at} at={at} step={current} path={path} onward={() => go(at + 1)} />
        )}
        {preview ?? <FilesPreview files={files} />}
      </div>
    </>
  )
}
