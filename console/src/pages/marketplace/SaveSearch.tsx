import { useRef, useState } from 'react'
import { useKeepSearch } from '../../api/desk'
import { Dialog } from '../../components/Dialog'
import { Field } from '../../components/Field'
import { ProblemNotice } from '../../components/ProblemNotice'
import { focusFirst } from '../../lib/focusFirst'
import { keptNameError } from '../../lib/keptName'
import { useUnsent } from '../../lib/unsent'

/** Keeps the present search under a name. The dialog outlives a session that ends in its middle. */
export function SaveSearch({ words, suggested }: { words: string; suggested: string }) {
  const [form, set] = useUnsent('save search', () => ({ of: '', name: '' }))
  const [fault, setFault] = useState<string>()
  const keep = useKeepSearch()
  const element = useRef<HTMLFormElement>(null)
  const close = () => {
    set({ of: '', name: '' })
    setFault(undefined)
    keep.reset()
  }
  const submit = () => {
    const found = keptNameError(form.name)
    setFault(found)
    if (focusFirst(element.current, found === undefined ? {} : { name: found }) || keep.isPending) return
    keep.mutate({ name: form.name.trim(), q: words }, { onSuccess: close })
  }
  return (
    <>
      <button type="button" className="button" aria-haspopup="dialog" onClick={() => set({ of: words, name: suggested })}>
        Save this search
      </button>
      {form.of === words && (
        <Dialog title="Save this search" close={close}>
          <form
            ref={element}
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              submit()
            }}
          >
            <Field label="Name" error={fault}>
              {(wiring) => (
                <input {...wiring} name="name" autoComplete="off" dir="auto" value={form.name} onChange={(event) => set({ name: event.target.value })} />
              )}
            </Field>
            <p className="saved-search-name">
              It looks for <code>{words}</code> each time it is opened. Only you see it.
            </p>
            {keep.isError && <ProblemNotice error={keep.error} />}
            <p className="row">
              <button type="button" className="button" onClick={close}>
                Cancel
              </button>
              <button type="submit" className="button button-main" aria-disabled={keep.isPending}>
                {keep.isPending ? 'Saving' : 'Save'}
              </button>
            </p>
          </form>
        </Dialog>
      )}
    </>
  )
}
