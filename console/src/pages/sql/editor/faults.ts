import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorView } from '@codemirror/view'
import type { Fault } from './types'

export const faults = lintGutter()

export function markIn(view: EditorView, fault: Fault | null): void {
  const { length } = view.state.doc
  const marks = fault === null ? [] : [{ ...fault, from: Math.min(fault.from, length), to: Math.min(fault.to, length), severity: 'error' as const }]
  view.dispatch(setDiagnostics(view.state, marks))
  if (fault !== null) view.dispatch({ effects: EditorView.scrollIntoView(Math.min(fault.from, length)) })
}
