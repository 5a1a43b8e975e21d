import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { keymap, type EditorView } from '@codemirror/view'

export const find = [highlightSelectionMatches(), search({ top: true }), keymap.of(searchKeymap)]

/** What a key does that was pressed before this was there. */
export function pressed(view: EditorView, key: string): void {
  searchKeymap.find((binding) => binding.key === key)?.run?.(view)
}
