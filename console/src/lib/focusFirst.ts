/** Puts the focus on the first field that something is wrong with. Whether there is one. */
export function focusFirst(form: HTMLFormElement | null, errors: object): boolean {
  const [first] = Object.keys(errors)
  if (first === undefined) return false
  form?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus()
  return true
}
