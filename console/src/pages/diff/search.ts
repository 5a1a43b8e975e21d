/** Which two versions the page compares; without them the two newest. */
export type DiffSearch = { from?: string | undefined; to?: string | undefined }

/** An address may say `from=1`, which arrives as a number: the newest of that major version. */
function version(raw: unknown): string | undefined {
  if (typeof raw === 'number') return String(raw)
  return typeof raw === 'string' && raw !== '' ? raw : undefined
}

export function parseDiff(raw: Record<string, unknown>): DiffSearch {
  return { from: version(raw['from']), to: version(raw['to']) }
}
