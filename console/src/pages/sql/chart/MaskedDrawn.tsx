import type { Mark } from '../result/treatments'

/** Says which of the drawn columns are masked: a picture of masked values looks like one of the values. */
export function MaskedDrawn({ names, marksOf }: { names: readonly string[]; marksOf: (name: string) => readonly Mark[] | null }) {
  const masked = names.flatMap((name) => {
    const marks = marksOf(name)
    return marks === null ? [] : [{ name, words: [...new Set(marks.map(({ words }) => words))].join('; ') }]
  })
  if (masked.length === 0) return null
  return (
    <div className="notice notice-warn">
      <p className="notice-title">
        <span aria-hidden="true">◐ </span>This chart draws masked values
      </p>
      <p>It shows what you see of these columns, not what is stored in them:</p>
      <ul>
        {masked.map(({ name, words }) => (
          <li key={name}>
            <code>{name}</code>: {words}
          </li>
        ))}
      </ul>
    </div>
  )
}
