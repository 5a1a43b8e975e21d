import { useQuery } from '@tanstack/react-query'
import { useDescribeQuery, type QueryItem } from '../../../api/desk'
import { whoAmI } from '../../../api/queries'
import { Dialog } from '../../../components/Dialog'
import { Loaded } from '../../../components/Loaded'
import { forgetUnsent, useUnsent } from '../../../lib/unsent'
import { QueryFields } from './QueryFields'
import { described } from './tabs'

type Props = { item: Pick<QueryItem, 'id' | 'name' | 'shared_with'>; title?: string; close: () => void }

/** Another name or other readers for a query of one's own; its text is changed in the workbench. */
export function EditDialog({ item, title = 'Edit the saved query', close: leave }: Props) {
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
    <Dialog title={title} close={close}>
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
