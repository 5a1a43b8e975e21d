import { EditorView } from '@codemirror/view'

/**
 * Typing over a selection. Left to itself, Chromium wraps the new text in an element with a style attribute, to go on in the colour of
 * the old one, and the content security policy refuses that with an error in the console.
 */
export const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data } = event
    const { main, ranges } = view.state.selection
    if (event.inputType !== 'insertText' || data === null || view.composing || ranges.every((range) => range.empty)) return false
    event.preventDefault()
    const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true })
    const handled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, data, insert))
    if (!handled) view.dispatch(insert())
    return true
  },
})
