import type { Usage } from '../../../api/product'
import type { ProductName } from '../../../api/queries'
import type { ProductPage } from '../../../api/types'
import { Table } from '../../../components/Table'
import { csvText } from '../../../lib/csv'
import { download, fileName } from '../../../lib/download'
import { shortDay } from '../../../lib/time'
import { counted } from '../../../lib/words'
import { TabChoice } from '../TabChoice'
import type { ProductSearch } from '../search'
import { BarChart } from './BarChart'

type Props = { usage: Usage; page: ProductPage; name: ProductName; search: ProductSearch }

/** Statements of each day: drawn, as a table, as a file. */
export function DaysRead({ usage, page, name, search }: Props) {
  const { days } = usage
  const table = search.as === 'table'
  const save = () =>
    download(
      fileName(`Usage of ${page.reference}`, 'csv'),
      'text/csv',
      csvText(['Day', 'Statements'], days.map(({ day, statements }) => [day, statements])),
    )
  return (
    <>
      <div className="row row-apart">
        <h2>Statements per day</h2>
        <div className="row">
          <nav aria-label="Shown as" className="row">
            <TabChoice name={name} tab="usage" search={{ ...search, as: undefined }} current={!table} text="Chart" />
            <TabChoice name={name} tab="usage" search={{ ...search, as: 'table' }} current={table} text="View as table" />
          </nav>
          <button type="button" className="button" onClick={save}>
            Save as CSV
          </button>
        </div>
      </div>
      {table ? <DayTable days={days} /> : <DayChart days={days} />}
      <p className="quiet small">
        Days are those of UTC, today among them.
        {page.ports.length > 1 && ' A statement that reads two ports counts for both.'}
      </p>
    </>
  )
}

function DayChart({ days }: { days: Usage['days'] }) {
  const most = Math.max(...days.map(({ statements }) => statements))
  const peak = days.find(({ statements }) => statements === most)
  const label =
    most === 0
      ? `No statement on any of ${days.length} days`
      : `Statements on each of ${days.length} days, at most ${most.toLocaleString('en')}, on ${peak?.day ?? ''}`
  const bars = days.map(({ day, statements }) => ({
    key: day,
    value: statements,
    words: `${shortDay(day)}: ${counted(statements, 'statement')}`,
  }))
  return <BarChart label={label} bars={bars} first={shortDay(days[0]?.day ?? '')} last={shortDay(days.at(-1)?.day ?? '')} />
}

function DayTable({ days }: { days: Usage['days'] }) {
  return (
    <div className="day-table">
      <Table label="Statements per day" head={['Day', 'Statements']}>
        {[...days].reverse().map(({ day, statements }) => (
          <tr key={day}>
            <th scope="row">{day}</th>
            <td>{statements.toLocaleString('en')}</td>
          </tr>
        ))}
      </Table>
    </div>
  )
}
