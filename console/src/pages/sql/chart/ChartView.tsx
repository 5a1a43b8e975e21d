import { useMemo } from 'react'
import { Empty } from '../../../components/Empty'
import '../../../styles/sql-chart.css'
import { Applied } from '../result/Applied'
import { marksOf } from '../result/treatments'
import type { SqlSearch } from '../search'
import type { Result } from '../tab'
import { Chart } from './Chart'

type Props = { result: Result; search: SqlSearch; change: (changes: Partial<SqlSearch>) => void }

export default function ChartView({ result, search, change }: Props) {
  const marks = useMemo(() => marksOf(result.columns), [result.columns])
  if (result.rows.length === 0) return <Empty title="No rows to draw." />
  return (
    <>
      {result.policies.length > 0 && <Applied policies={result.policies} marks={marks} />}
      <Chart result={result} marks={marks} search={search} change={change} />
    </>
  )
}
