import type { SQLNamespace } from '@codemirror/lang-sql'
import { Compartment, type Extension } from '@codemirror/state'
import { EditorView, gutter, keymap } from '@codemirror/view'
import type { Fault } from './types'

type Parts = {
  language?: typeof import('./language')
  faults?: typeof import('./faults')
  find?: typeof import('./find')
}

/** The keys of searching, which load it. */
const FIND_KEYS = ['Mod-f', 'F3', 'Mod-g', 'Mod-Shift-l', 'Mod-Alt-g', 'Mod-d']

/** Room for the marks of faults: the text does not move when they come. */
const noFaults = gutter({ class: 'cm-gutter-lint' })

/**
 * The parts of the editor that are not needed to show a text. Each is loaded when it is first needed; one that cannot be loaded is
 * missing and takes nothing else along.
 */
export function laterParts(viewOf: () => EditorView | null) {
  const place = new Compartment()
  const parts: Parts = {}
  let schema: SQLNamespace = {}
  let marked: Fault | null = null

  const present = (): Extension => [
    parts.faults?.faults ?? noFaults,
    parts.language?.languageOf(schema) ?? [],
    parts.find?.find ?? [keymap.of(FIND_KEYS.map((key) => ({ key, run: () => search(key) }))), EditorView.domEventHandlers({ focus: () => search() })],
  ]
  const refresh = () => viewOf()?.dispatch({ effects: place.reconfigure(present()) })
  const come = async <Name extends keyof Parts>(name: Name, part: Promise<NonNullable<Parts[Name]>>): Promise<boolean> => {
    try {
      parts[name] ??= await part
    } catch {
      return false
    }
    refresh()
    return true
  }

  function search(key?: string): boolean {
    void come('find', import('./find')).then((there) => {
      const view = viewOf()
      if (there && key !== undefined && view !== null) parts.find?.pressed(view, key)
    })
    return key !== undefined
  }

  return {
    extension: place.of(present()),
    refresh,
    start: () => void come('language', import('./language')),
    know(names: SQLNamespace) {
      schema = names
      refresh()
    },
    /** What is offered would stand over what comes next. */
    offerNothing(view: EditorView) {
      parts.language?.closeCompletion(view)
    },
    async mark(fault: Fault | null) {
      marked = fault
      if (parts.faults === undefined && (fault === null || !(await come('faults', import('./faults'))))) return
      const view = viewOf()
      if (view !== null && marked === fault) parts.faults?.markIn(view, fault)
    },
  }
}
