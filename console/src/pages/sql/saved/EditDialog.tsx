import { useQuery } from '@tanstack/react-query'
import { useDescribeQuery, type QueryItem } from '../../../api/desk'
import { whoAmI } from '../../../api/queries'
import { Dialog } from '../../../components/Dialog'
import { Loaded } from '../../../components/Loaded'
import { forgetUnsent, useUnsent } from '../../../lib/unsent'
import { QueryFields } from './QueryFields'
import { described } from './tabs'

/** Another name or other readers for a query of one's own; its text is changed in the workbench. */
export function EditDialog({ item, close: leave }: { item: QueryItem; close: () => void }) {
  const key = `describe query ${item.id}`
  const who = useQuery(whoAmI())
  const describe = useDescribeQuery()
  const present = item.shared_with ?? ''
  const [form, set] = useUnsent(key, () => ({ name: item.name, shared: present }))
  const close = () => {
    forgetUnsent(key)
    leave()
  }
  return (
    <Dialog title="Edit the saved query" close={close}>
      <Loaded query={who}>
        {({ groups }) => (
          <QueryFields
            form={form}
            set={set}
            groups={groups}
            present={present}
            pending={describe.isPending}
            error={describe.error}
            close={close}
            send={({ name, shared }) =>
              describe.mutate(
                { id: item.id, name: name.trim(), shared_with: shared === '' ? null : shared },
                {
                  onSuccess: (page) => {
                    described(page)
                    close()
                  },
                },
              )
            }
          />
        )}
      </Loaded>
    </Dialog>
  )
}
