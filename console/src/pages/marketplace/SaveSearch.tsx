import { useKeepSearch } from '../../api/desk'
import { Dialog } from '../../components/Dialog'
import { KeptForm } from '../../components/KeptForm'
import { useUnsent } from '../../lib/unsent'

/** Keeps the present search under a name. The dialog outlives a session that ends in its middle. */
export function SaveSearch({ words, suggested }: { words: string; suggested: string }) {
  const [form, set] = useUnsent('save search', () => ({ of: '', name: '' }))
  const keep = useKeepSearch()
  const close = () => {
    set({ of: '', name: '' })
    keep.reset()
  }
  const save = () => keep.mutate({ name: form.name.trim(), q: words }, { onSuccess: close })
  return (
    <>
      <button type="button" className="button" aria-haspopup="dialog" onClick={() => set({ of: words, name: suggested })}>
        Save this search
      </button>
      {form.of === words && (
        <Dialog title="Save this search" close={close}>
          <KeptForm name={form.name} setName={(name) => set({ name })} pending={keep.isPending} error={keep.error} save={save} close={close}>
            <p className="saved-search-name">
              It looks for <code>{words}</code> each time it is opened. Only you see it.
            </p>
          </KeptForm>
        </Dialog>
      )}
    </>
  )
}
