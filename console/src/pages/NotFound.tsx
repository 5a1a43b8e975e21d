import { Link } from '@tanstack/react-router'
import { Page } from '../components/Page'

/** The same for what is absent and for what a person may not see. */
export function NotFound() {
  return (
    <Page title="Not found">
      <p>There is nothing at this address, or it is not visible to you.</p>
      <p>
        <Link to="/marketplace">Search the marketplace</Link>
      </p>
    </Page>
  )
}
