import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { focusFirst } from '../../lib/focusFirst'
import { stepSearch, type WizardPath } from './StepNav'
import type { Errors } from './errors'

export type Step = {
  title: string
  /** Why it is asked. */
  why: string
  errors: Errors
  body: (errors: Errors) => ReactNode
  /** A step with a table takes the whole width; the files stand beneath it. */
  wide?: boolean
}

/** A new step is said to those who do not see it appear. */
export function StepHeading({ at, title }: { at: number; title: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <h2 ref={heading} tabIndex={-1}>
      {at}. {title}
    </h2>
  )
}

export function StepForm({ at, step, path, onward }: { at: number; step: Step; path: WizardPath; onward: () => void }) {
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
          <Link to={path} search={stepSearch(at - 1)} className="button" activeProps={{}}>
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
