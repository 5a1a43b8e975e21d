import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAskForAccess } from '../../api/requests'
import { productAccess, type ProductName } from '../../api/queries'
import type { ProductPage, Requested } from '../../api/types'
import { Dialog } from '../../components/Dialog'
import { Loaded } from '../../components/Loaded'
import { forgetUnsent } from '../../lib/unsent'
import { removeFromCart } from '../../cart/cart'
import { RequestLink } from '../../components/RequestLink'
import { RequestFields } from './RequestFields'
import { bodyOf, classesOf } from './request'

type Props = { page: ProductPage; name: ProductName; close: () => void }

export function RequestDrawer({ page, name, close: leave }: Props) {
  const access = useQuery(productAccess(name))
  const ask = useAskForAccess()
  const forget = () => forgetUnsent(`request ${page.reference}`)
  const close = () => {
    forget()
    leave()
  }
  return (
    <Dialog title={`Request access to ${page.title ?? page.reference}`} kind="drawer" close={close}>
      {ask.data !== undefined ? (
        <Sent answer={ask.data} close={close} />
      ) : (
        <Loaded query={access}>
          {(facts) => (
            <RequestFields
              product={page.reference}
              access={facts}
              classes={classesOf(page)}
              sending={ask.isPending}
              refusal={ask.error}
              cancel={close}
              send={(form) =>
                ask.mutate(bodyOf(form, page.reference), {
                  onSuccess: () => {
                    forget()
                    removeFromCart(page.reference)
                  },
                })
              }
            />
          )}
        </Loaded>
      )}
    </Dialog>
  )
}

/** What happens next, and who does it. */
function Sent({ answer, close }: { answer: Requested; close: () => void }) {
  return (
    <div role="status">
      {answer.state === 'approved' ? (
        <p className="notice notice-good">You have access now. No person had to decide.</p>
      ) : (
        <>
          <p className="notice notice-good">
            Your request is sent as <code>{answer.id}</code>.
          </p>
          <p>
            {answer.approver} decides. Once they approve, you can read at once; <RequestLink id={answer.id} text="the request’s page" />{' '}
            says where it stands.
          </p>
        </>
      )}
      <p className="row">
        <Link to="/my-access" className="button">
          My access
        </Link>
        <button type="button" className="button button-main" onClick={close}>
          Done
        </button>
      </p>
    </div>
  )
}
