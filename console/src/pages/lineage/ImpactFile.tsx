import { csvText } from '../../lib/csv'
import { download, fileName } from '../../lib/download'
import type { Felt } from './affected'

const HEADER = ['Product', 'Steps away', 'Columns', 'Ports with other rows', 'Last read', 'Readers']

/** The table of the impact as a file. What a person is not told is empty, not nothing. */
export function ImpactFile({ felt, of }: { felt: readonly Felt[]; of: string }) {
  const rows = felt.map(({ product, far, columns, ports, last, readers, told }) => [
    product,
    far,
    columns.join(' '),
    ports.join(' '),
    told ? (last ?? 'never') : '',
    told ? readers : '',
  ])
  return (
    <button type="button" className="button" onClick={() => download(fileName(`Impact of ${of}`, 'csv'), 'text/csv', csvText(HEADER, rows))}>
      Save as CSV
    </button>
  )
}
