const MEASURES: Record<string, string> = {
  schema: 'type',
  required: 'missing values',
  nullValues: 'missing values',
  missingValues: 'missing values',
  unique: 'double values',
  duplicateValues: 'double values',
  primaryKey: 'missing or double keys',
  invalidValues: 'forbidden values',
  rowCount: 'rows',
  sql: 'a query of the contract',
}

/** What a rule counts or looks at. */
export function measureWords(metric: string): string {
  return MEASURES[metric] ?? metric
}

/** What the contract promises of it: `none` of what should not be there; what a query gives is a number of its own meaning. */
export function promiseWords({ metric, expected }: { metric: string; expected: string }): string {
  return expected === '0' && metric !== 'sql' && metric in MEASURES ? 'none' : expected
}
