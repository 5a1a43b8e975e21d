import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Files } from '../../api/plan'
import { focusFirst } from '../../lib/focusFirst'
import { FilesPreview } from './FilesPreview'
import type { Errors } from './errors'

export type Step = {
  title: string
  /** Why it is asked. */
  why: string
  errors: Errors
  body: (errors: Errors) => ReactNode
}
type Props = {
  path: '/new/domain' | '/new/product' | '/new/version'
  steps: readonly Step[]
  step: number
  go: (step: number) => void
  files: Files
  /** In place of the files. */
  preview?: ReactNode
  /** A step with a table takes the whole width; the files stand beneath it. */
  wide?: boolean
  /** Shown after the last step's fields in place of a button. */
  finish: ReactNode
}

/** Steps are addresses: back and forward walk through them, and what was typed stays. */
export function Wizard({ path, steps, step, go, files, preview, wide = false, finish }: Props) {
  const at = Math.min(step, steps.length + 1)
  const current = steps[at - 1]
  const titles = [...steps.map(({ title }) => title), 'Check and finish']
  const lacking = steps.map(({ errors }) => Object.keys(errors).length)
  return (
    <>
      <StepNav path={path} titles={titles} />
      <div className={wide ? 'wizard wizard-wide' : 'wizard'}>
        {current === undefined ? (
          <div className="wizard-form">
            <StepHeading key={at} at={at} title="Check and finish" />
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

function StepNav({ path, titles }: { path: Props['path']; titles: readonly string[] }) {
  return (
    <nav aria-label="Steps">
      <ol className="wizard-steps">
        {titles.map((title, index) => (
          <li key={title}>
            <Link
              to={path}
              search={index === 0 ? {} : { step: index + 1 }}
              activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
              activeProps={{ 'aria-current': 'step' }}
            >
              <span className="step-number">{index + 1}</span> {title}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** A new step is said to those who do not see it appear. */
function StepHeading({ at, title }: { at: number; title: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <h2 ref={heading} tabIndex={-1}>
      {at}. {title}
    </h2>
  )
}

function StepForm({ at, step, path, onward }: { at: number; step: Step; path: Props['path']; onward: () => void }) {
  const [tried, setTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const submit = () => {
    // The field in error is marked in the next frame; it exists already.
    if (focusFirst(form.current, step.errors)) setTried(true)
    else onward()
  }
  return (
    <form
      ref={form}
      noValidate
      className="wizard-form"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <StepHeading at={at} title={step.title} />
      <p className="quiet wizard-why">{step.why}</p>
      {step.body(tried ? step.errors : {})}
      <p className="row">
        {at > 1 && (
          <Link to={path} search={at === 2 ? {} : { step: at - 1 }} className="button" activeProps={{}}>
            Back
          </Link>
        )}
        <button type="submit" className="button button-main">
          Next
        </button>
      </p>
    </form>
  )
}

function Lacking({ path, titles, lacking }: { path: Props['path']; titles: readonly string[]; lacking: readonly number[] }) {
  return (
    <div className="notice notice-warn">
      <p className="notice-title">Before this can be checked:</p>
      <ul>
        {lacking.map(
          (count, index) =>
            count > 0 && (
              <li key={titles[index]}>
                <Link to={path} search={index === 0 ? {} : { step: index + 1 }}>
                  Step {index + 1}, {titles[index]}
                </Link>
                : {count === 1 ? '1 answer is missing or wrong' : `${count} answers are missing or wrong`}
              </li>
            ),
        )}
      </ul>
    </div>
  )
}
