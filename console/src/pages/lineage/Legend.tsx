const LINES = [
  ['value', 'values are copied or computed'],
  ['rows', 'only decides which rows there are'],
  ['unknown', 'the plan could not be followed'],
] as const

export function Legend() {
  return (
    <ul className="plain-list lineage-legend small" aria-label="Lines">
      {LINES.map(([strength, words]) => (
        <li key={strength}>
          <svg width={36} height={10} aria-hidden="true">
            <path className="lineage-link" data-strength={strength} d="M0 5 H36" />
          </svg>
          {words}
        </li>
      ))}
    </ul>
  )
}
