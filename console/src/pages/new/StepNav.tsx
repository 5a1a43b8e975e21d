import { Link } from '@tanstack/react-router'

export type WizardPath = '/new/domain' | '/new/product' | '/new/version'
type Props = { path: WizardPath; titles: readonly string[] }

/** The address of a step; the first is not said. */
export function stepSearch(step: number): { step?: number } {
  return step === 1 ? {} : { step }
}

export function StepNav({ path, titles }: Props) {
  return (
    <nav aria-label="Steps">
      <ol className="wizard-steps">
        {titles.map((title, index) => (
          <li key={title}>
            <Link
              to={path}
              search={stepSearch(index + 1)}
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

/** In which steps an answer is still missing. */
export function Lacking({ path, titles, lacking }: Props & { lacking: readonly number[] }) {
  return (
    <div className="notice notice-warn">
      <p className="notice-title">Before this can be checked:</p>
      <ul>
        {lacking.map(
          (count, index) =>
            count > 0 && (
              <li key={titles[index]}>
                <Link to={path} search={stepSearch(index + 1)}>
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
