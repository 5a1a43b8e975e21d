import type { SQLNamespace } from '@codemirror/lang-sql'

export type Fault = { from: number; to: number; message: string }

/** What the editor tells the page. */
export type Told = { text: (text: string) => void; run: () => void; selecting: (selecting: boolean) => void }

/** What the page asks of the editor, which is loaded apart from it. */
export type SqlEditor = {
  /** Shows a tab; its text matters the first time only, from then on the editor has it. */
  show: (tab: number, text: string) => void
  insert: (text: string) => void
  selection: () => { from: number; to: number }
  /** Names for completion. */
  know: (names: SQLNamespace) => void
  mark: (fault: Fault | null) => void
  goTo: (at: number) => void
  focus: () => void
  destroy: () => void
}
