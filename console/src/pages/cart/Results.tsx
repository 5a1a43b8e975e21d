import { Chip } from '../../components/Chip'
import { ProblemNotice } from '../../components/ProblemNotice'
import { ProductLink } from '../../components/ProductLink'
import { RequestLink } from '../../components/RequestLink'
import type { Result } from './useAskForAll'

/** What came of each product. */
export function Results({ results }: { results: readonly Result[] }) {
  return (
    <div role="status">
      {results.length > 0 && (
        <section>
          <h2>What came of it</h2>
          <ul className="plain-list lines">
            {results.map((result) => (
              <li key={result.product}>
                <OneResult result={result} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function OneResult({ result: { product, answer, refusal } }: { result: Result }) {
  if (answer === undefined) {
    return (
      <>
        <ProductLink reference={product} /> <Chip sign={{ text: 'Not sent', tone: 'bad' }} />
        <ProblemNotice error={refusal} />
      </>
    )
  }
  return (
    <>
      <ProductLink reference={product} />{' '}
      {answer.state === 'approved' ? (
        <Chip sign={{ text: 'You have access now', tone: 'good' }} />
      ) : (
        <Chip sign={{ text: 'Sent', tone: 'warn' }} />
      )}
      <span className="quiet small block">
        {answer.state === 'approved' ? 'No person had to decide: ' : `${answer.approver} decides: `}
        <RequestLink id={answer.id} />
      </span>
    </>
  )
}
