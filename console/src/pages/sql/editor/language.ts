import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { PostgreSQL, sql, type SQLNamespace } from '@codemirror/lang-sql'
import type { Extension } from '@codemirror/state'
import { keymap } from '@codemirror/view'

const completion = [autocompletion({ icons: false }), closeBrackets(), keymap.of([...closeBracketsKeymap, ...completionKeymap])]

export { closeCompletion } from '@codemirror/autocomplete'

/** Colours, completion and brackets. */
export function languageOf(schema: SQLNamespace): Extension {
  return [sql({ dialect: PostgreSQL, schema, upperCaseKeywords: true }), completion]
}
