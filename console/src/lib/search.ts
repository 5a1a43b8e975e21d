/** A text of an address. `q=2024` comes as a number, `q=true` as a truth value; what is empty is left out. */
function textIn(raw: Record<string, unknown>, name: string): string | undefined {
  const value = raw[name]
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  return typeof text === 'string' && text.trim() !== '' ? text : undefined
}

type Texts<Name extends string> = { [name in Name]?: string | undefined }

/** The texts of an address that a page knows, without those that are absent. */
export function textsIn<Name extends string>(raw: Record<string, unknown>, names: readonly Name[]): Texts<Name> {
  const texts: Texts<Name> = {}
  for (const name of names) {
    const text = textIn(raw, name)
    if (text !== undefined) texts[name] = text
  }
  return texts
}
