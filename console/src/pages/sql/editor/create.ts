import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { EditorState, Prec, type Extension } from '@codemirror/state'
import {
  EditorView,
  crosshairCursor,
  drawSelection,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
  rectangularSelection,
} from '@codemirror/view'
import { laterParts } from './later'
import type { SqlEditor, Told } from './types'
import { theme } from './theme'
import { typeOver } from './typeOver'

/** The help's id; it is of the shadow root, in which the editor's attributes are looked up. */
const HELP = 'leave-help'

/**
 * An editor in a shadow root of the host: there CodeMirror brings its rules by `adoptedStyleSheets`, while in the document it would
 * add a style element, which the content security policy refuses.
 */
export function createEditor(host: HTMLElement, told: Told): SqlEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  root.replaceChildren(helpElement())
  let present: EditorView | null = null
  const later = laterParts(() => present)
  let shown = -1
  const states = new Map<number, EditorState>()
  const extensions = basics(told, later)
  const stateOf = (text: string) => EditorState.create({ doc: text, extensions })
  const view = new EditorView({ state: stateOf(''), parent: root, root })
  present = view
  later.start()

  return {
    show(tab, text) {
      if (tab === shown) return
      states.set(shown, view.state)
      view.setState(states.get(tab) ?? stateOf(text))
      shown = tab
      later.refresh()
    },
    insert(text) {
      view.dispatch(view.state.replaceSelection(text), { scrollIntoView: true })
      view.focus()
    },
    selection() {
      const { from, to } = view.state.selection.main
      return { from, to }
    },
    know: later.know,
    mark: (fault) => void later.mark(fault),
    goTo(at) {
      view.dispatch({ selection: { anchor: Math.min(at, view.state.doc.length) }, scrollIntoView: true })
      view.focus()
    },
    focus: () => view.focus(),
    destroy() {
      present = null
      view.destroy()
    },
  }
}

function helpElement(): HTMLElement {
  const help = document.createElement('p')
  help.id = HELP
  help.hidden = true
  help.textContent = 'Control or Command and Enter runs the statement. Tab indents; Escape, then Tab leaves the editor.'
  return help
}

function basics(told: Told, later: ReturnType<typeof laterParts>): Extension {
  const run = (view: EditorView) => {
    later.offerNothing(view)
    told.run()
    return true
  }
  return [
    Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
    lineNumbers(),
    later.extension,
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    EditorState.tabSize.of(2),
    indentOnInput(),
    bracketMatching(),
    rectangularSelection(),
    crosshairCursor(),
    EditorView.lineWrapping,
    placeholder('SELECT ...'),
    keymap.of([...historyKeymap, ...defaultKeymap, indentWithTab]),
    EditorView.contentAttributes.of({ 'aria-label': 'SQL', 'aria-describedby': HELP, tabindex: '0', spellcheck: 'false' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) told.text(update.state.doc.toString())
      if (update.docChanged || update.selectionSet) told.selecting(!update.state.selection.main.empty)
    }),
    typeOver,
    theme,
  ]
}
