/** Puts the focus on the first field that something is wrong with. Whether there is one. */
export function focusFirst(form: HTMLFormElement | null, errors: object): boolean {
  const [first] = Object.keys(errors)
  if (first === undefined) return false
  const named = form?.elements.namedItem(first)
  const field = named instanceof RadioNodeList ? named[0] : named
  if (field instanceof HTMLElement) field.focus()
  return true
}
