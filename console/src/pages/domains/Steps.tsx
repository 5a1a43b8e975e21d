import type { Step } from '../../api/work'
import { Chip } from '../../components/Chip'
import { Said } from '../../components/Said'
import { millisWords } from '../../lib/time'
import { counted } from '../../lib/words'
import { phaseWords, stepSign } from './words'

/** How long work goes, step by step. */
export function Steps({ steps, running }: { steps: readonly Step[]; running: boolean }) {
  if (steps.length === 0) return running ? <p role="status">Waiting for the server</p> : null
  return (
    <>
      <p className="visually-hidden" role="status">
        {running ? `Working: ${steps.at(-1)?.name ?? ''}` : `${steps.length} steps ended`}
      </p>
      <ol className="work-steps" aria-label="Steps">
        {steps.map((step) => (
          <li key={`${step.phase} ${step.name}`}>
            <span className="step-name">
              {phaseWords(step.phase)} <code>{step.name}</code>
              <span className="quiet small block"><Said text={facts(step)} /></span>
            </span>
            <Chip sign={stepSign(step.state)} />
          </li>
        ))}
      </ol>
    </>
  )
}

function facts({ rows, rejected, millis, note }: Step): string {
  return [
    rows !== undefined && rows > 0 && counted(rows, 'row'),
    rejected !== undefined && rejected > 0 && `${rejected.toLocaleString('en')} set aside`,
    millis !== undefined && millisWords(millis),
    note,
  ]
    .filter((fact) => typeof fact === 'string')
    .join(' · ')
}
