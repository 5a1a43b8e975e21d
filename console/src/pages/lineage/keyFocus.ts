/** Whether the next graph should take the keyboard's focus: the box that had it goes with the graph before. */
let wanted = false

export function wantKeyFocus(): void {
  wanted = true
}

export function takeKeyFocus(): boolean {
  const taken = wanted
  wanted = false
  return taken
}
