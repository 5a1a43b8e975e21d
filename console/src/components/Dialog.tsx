import { useEffect, useId, useRef, type ReactNode } from 'react'

type Props = { title: string; kind?: 'centre' | 'drawer' | 'top'; close: () => void; children: ReactNode }

/**
 * The platform's modal dialog: it keeps the focus inside, closes on Escape, makes the page behind inert and gives the focus
 * back. Libraries that do the same add style elements, which the content security policy refuses.
 */
export function Dialog({ title, kind = 'centre', close, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    if (element && !element.open) {
      element.showModal()
      // Left to itself the platform begins with the close button: whoever types then closes what they wanted to fill in.
      element.querySelector<HTMLElement>('textarea, input, select')?.focus()
    }
    return () => {
      element?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])

  return (
    <dialog
      ref={dialog}
      className={`dialog dialog-${kind}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
    >
      <div className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="button button-quiet" onClick={close} aria-label="Close">
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      {children}
    </dialog>
  )
}
