/** What a form lacks, by the names of its fields. */
export type Errors = Record<string, string>

export function found(errors: Record<string, string | undefined>): Errors {
  return Object.fromEntries(Object.entries(errors).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
