import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { JournalRecord } from '../../api/audit'
import { usePrinting } from '../../lib/usePrinting'
import { nameOf } from '../../lib/words'
import { RecordDetail } from './RecordDetail'
import { kindWords, objectOf } from './records'

const ROW_HEIGHT = 42
const COLUMNS = 5
/** More are no longer read on paper. */
const MOST_PRINTED = 500

type Props = {
  records: readonly JournalRecord[]
  loaded: readonly JournalRecord[]
  open: number | undefined
  toggle: (seq: number) => void
}

/**
 * Records in a table of which only the rows in view exist; spacers stand for the others. Each record is a row group of its own,
 * so that an open one is measured together with what it shows.
 */
export function RecordTable({ records, loaded, open, toggle }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => records[index]?.seq ?? index,
    overscan: 8,
    initialRect: { width: 0, height: 600 },
  })
  const opened = records.findIndex(({ seq }) => seq === open)
  const first = useRef(opened)
  useEffect(() => {
    // A link to a record far down leads there; opening one by hand moves nothing.
    if (first.current > 0) rows.scrollToIndex(first.current, { align: 'start' })
    first.current = -1
  }, [rows])

  const printing = usePrinting()
  const printed = records.slice(0, MOST_PRINTED)
  const items = printing ? printed.map(({ seq }, index) => ({ index, key: seq })) : rows.getVirtualItems()
  const [top, bottom] = printing ? [0, 0] : roomAround(rows)
  return (
    <>
      {printing && printed.length < records.length && (
        <p>The first {printed.length} of these are printed. For others, narrow the search.</p>
      )}
      <div ref={scroller} className="table-scroll records" role="region" aria-label="Records of the journal" tabIndex={0}>
        <table aria-rowcount={records.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" className="col-seq">
                Record
              </th>
              <th scope="col" className="col-at">
                When (UTC)
              </th>
              <th scope="col" className="col-who">
                Who
              </th>
              <th scope="col">What</th>
              <th scope="col">About</th>
            </tr>
          </thead>
          <Spacer height={top} />
          {items.map(({ index, key }) => {
            const record = records[index]
            if (record === undefined) return null
            const isOpen = record.seq === open
            return (
              <tbody key={key} data-index={index} ref={rows.measureElement}>
                <tr aria-rowindex={index + 2} className={isOpen ? 'record-open' : undefined}>
                  <th scope="row">
                    <button
                      type="button"
                      className="record-button"
                      aria-expanded={isOpen}
                      aria-label={`Record ${record.seq}`}
                      onClick={() => toggle(record.seq)}
                    >
                      <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {record.seq.toLocaleString('en')}
                    </button>
                  </th>
                  <td>{record.at.replace('T', ' ').slice(0, 19)}</td>
                  <td title={record.actor}>{nameOf(record.actor)}</td>
                  <td>{kindWords(record.kind)}</td>
                  <td>
                    <code title={objectOf(record)}>{objectOf(record)}</code>
                  </td>
                </tr>
                {isOpen && (
                  <tr className="record-open">
                    <td colSpan={COLUMNS}>
                      <RecordDetail record={record} loaded={loaded} />
                    </td>
                  </tr>
                )}
              </tbody>
            )
          })}
          <Spacer height={bottom} />
        </table>
      </div>
    </>
  )
}

/** What the rows that do not exist would take, above and below. */
function roomAround(rows: Virtualizer<HTMLDivElement, Element>): [number, number] {
  const items = rows.getVirtualItems()
  return [items[0]?.start ?? 0, rows.getTotalSize() - (items.at(-1)?.end ?? 0)]
}

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tbody aria-hidden="true">
      <tr>
        <td colSpan={COLUMNS} className="spacer" style={{ height }} />
      </tr>
    </tbody>
  )
}
