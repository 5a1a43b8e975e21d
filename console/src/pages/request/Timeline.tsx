import { Time } from '../../components/Time'
import { instantWords } from '../../lib/time'
import type { Step } from './timeline'

export function Timeline({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="timeline">
      {steps.map((step) => (
        <li key={step.what} className={`timeline-step timeline-${step.tone}`} data-next={step.next === true}>
          <strong>{step.what}</strong>
          {step.who !== undefined && (
            <>
              {' '}
              {step.next ? 'of' : 'by'} {step.who}
            </>
          )}
          {step.at !== undefined && (
            <span className="quiet small block">
              {instantWords(step.at)} (<Time at={step.at} />)
            </span>
          )}
          {step.note !== undefined && <blockquote>{step.note}</blockquote>}
        </li>
      ))}
    </ol>
  )
}
