type Props = { words: string; order: 'ascending' | 'descending' | null; turn: () => void }

const MARKS = { ascending: '▲', descending: '▼' } as const

/** The head of a column by which a table can be sorted. */
export function SortHead({ words, order, turn }: Props) {
  return (
    <th scope="col" aria-sort={order ?? 'none'}>
      <button type="button" className="sort-head" onClick={turn}>
        {words} <span aria-hidden="true">{order === null ? '↕' : MARKS[order]}</span>
      </button>
    </th>
  )
}
