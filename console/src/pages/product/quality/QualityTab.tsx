import { useQuery } from '@tanstack/react-query'
import { productQuality } from '../../../api/queries'
import type { RuleFact } from '../../../api/types'
import { Chip } from '../../../components/Chip'
import { Empty } from '../../../components/Empty'
import { Loaded } from '../../../components/Loaded'
import { Table } from '../../../components/Table'
import { Time } from '../../../components/Time'
import { outcomeSign } from '../../../lib/words'
import type { TabProps } from '../tabs/props'
import { FreshnessBar } from './FreshnessBar'
import { measureWords, promiseWords } from './rules'
import { Strip } from './Strip'

/** What failed is what a person came to see. */
const ORDER = ['failed', 'error', 'not_evaluated', 'passed']

function worstFirst(rules: readonly RuleFact[]): RuleFact[] {
  return [...rules].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome))
}

export function QualityTab({ page, name, search }: TabProps) {
  const query = useQuery({ ...productQuality(name), enabled: page.publication != null })
  if (page.publication == null) return <Empty title="Nothing is published yet, so no rule was evaluated." />
  return (
    <Loaded query={query} lines={8}>
      {(quality) => (
        <>
          <div className="quality-top">
            <Strip history={page.history} />
            <FreshnessBar page={page} name={name} search={search} />
          </div>
          <h2>Rules of what is served</h2>
          <p className="quality-rate">
            {quality.pass_rate} % of the evaluated rules passed when <code>{quality.publication}</code> was published,{' '}
            <Time at={quality.at} />.
          </p>
          <Table label="Rules of the contract" head={['Outcome', 'Column', 'Measures', 'Promised', 'Rule']}>
            {worstFirst(quality.rules).map((rule) => (
              <tr key={`${rule.port} ${rule.rule}`}>
                <td>
                  <Chip sign={outcomeSign(rule.outcome)} />
                </td>
                <td>
                  <code>{rule.column ?? rule.port}</code>
                </td>
                <td>{measureWords(rule.metric)}</td>
                <td>{promiseWords(rule)}</td>
                <td className="small">
                  <code>{rule.rule}</code>
                </td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </Loaded>
  )
}
