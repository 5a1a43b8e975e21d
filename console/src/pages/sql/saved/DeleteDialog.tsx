import { useDropQuery, type QueryItem } from '../../../api/desk'
import { Confirm } from '../../../components/Confirm'
import { shareWords } from './saved'
import { lost } from './tabs'

export function DeleteDialog({ item, close, deleted }: { item: QueryItem; close: () => void; deleted: () => void }) {
  const drop = useDropQuery()
  const shared = shareWords(item.shared_with)
  return (
    <Confirm
      title="Delete the saved query?"
      act="Delete"
      pending={drop.isPending}
      error={drop.error}
      close={close}
      confirm={() =>
        drop.mutate(item.id, {
          onSuccess: () => {
            lost(item.id)
            close()
            // The button that opened the dialog is gone; the focus stays near.
            setTimeout(deleted)
          },
        })
      }
    >
      <p className="saved-name">
        <strong>
          <bdi>{item.name}</bdi>
        </strong>
      </p>
      <p>
        Its text is removed for good, and links to it stop working
        {shared === 'nobody' ? '' : ` for you and for ${shared === 'everybody' ? 'everybody else' : `the ${shared}`}`}.
      </p>
    </Confirm>
  )
}
