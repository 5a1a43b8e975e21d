type Props = { words: string; found: number; all: number; find: (words: string) => void }

/** Hides the columns that are not looked for. */
export function FindColumns({ words, found, all, find }: Props) {
  return (
    <div className="row sql-find-columns">
      <label className="inline-field">
        Find columns
        <input type="search" autoComplete="off" value={words} onChange={({ target }) => find(target.value)} />
      </label>
      {words.trim() !== '' && (
        <button type="button" className="button" onClick={() => find('')}>
          All columns
        </button>
      )}
      <p role="status" className="quiet small">
        {found === all
          ? `${all.toLocaleString('en')} columns`
          : `${found.toLocaleString('en')} of ${all.toLocaleString('en')} columns; copies and downloads have all`}
      </p>
    </div>
  )
}
