import { Link } from '@tanstack/react-router'
import type { Quality } from '../../../api/product'
import type { RuleFact } from '../../../api/types'
import { Chip } from '../../../components/Chip'
import { Table } from '../../../components/Table'
import { Time } from '../../../components/Time'
import { outcomeSign } from '../../../lib/words'
import type { TabProps } from '../tabs/props'
import { measureWords, promiseWords } from './rules'

/** What failed is what a person came to see. */
const ORDER = ['failed', 'error', 'not_evaluated', 'passed']

function worstFirst(rules: readonly RuleFact[]): RuleFact[] {
  return [...rules].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome))
}

type Props = Pick<TabProps, 'name' | 'search'> & { quality: Quality; served: boolean }

/** What became of each rule when a publication was made. */
export function RuleTable({ quality, served, name, search }: Props) {
  return (
    <section>
      <h2>{served ? 'Rules of what is served' : `Rules of ${quality.publication}`}</h2>
      <p className="quality-rate" role="status">
        {quality.pass_rate} % of the evaluated rules passed when <code>{quality.publication}</code> was published,{' '}
        <Time at={quality.at} />.{' '}
        {!served && (
          <Link to="/p/$domain/$product/$tab" params={{ ...name, tab: 'quality' }} search={{ ...search, publication: undefined }} resetScroll={false}>
            Rules of what is served
          </Link>
        )}
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
    </section>
  )
}
