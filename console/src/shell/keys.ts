import { useEffect } from 'react'

const KEY = 'tessera.single-keys'

/** Keys without Ctrl or Alt can get in the way of speech input; whoever is bothered switches them off. */
export function singleKeysOn(): boolean {
  return localStorage.getItem(KEY) !== 'off'
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(KEY, on ? 'on' : 'off')
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** Whether a key press is meant for the page: not typed into a field, not under a dialog, not a shortcut of the browser. */
function isForPage(event: KeyboardEvent): boolean {
  return (
    singleKeysOn() &&
    !event.defaultPrevented &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey &&
    // The event's target is the host where the field is in a shadow root.
    !isTyping(event.composedPath()[0] ?? event.target) &&
    document.querySelector('dialog[open]') === null
  )
}

/** Ctrl K or Cmd K, wherever the focus is, but not over a dialog; an editor that uses it itself comes first. */
export function usePaletteKey(open: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      if (event.key.toLowerCase() !== 'k' || document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      open()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [open])
}

/** Calls the handler for each key press that is meant for the page; the shell looks first, then the page. */
export function usePageKeys(handle: (event: KeyboardEvent) => void, who: 'shell' | 'page'): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (isForPage(event)) handle(event)
    }
    const capture = who === 'shell'
    document.addEventListener('keydown', listen, { capture })
    return () => document.removeEventListener('keydown', listen, { capture })
  }, [handle, who])
}
