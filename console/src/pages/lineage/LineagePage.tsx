import { useSearch } from '@tanstack/react-router'
import '../../styles/lineage.css'
import '../../styles/lineage-graph.css'
import { Page } from '../../components/Page'
import { Entry } from './Entry'
import { Explorer } from './Explorer'
import { printable } from './text'

export function LineagePage() {
  const { focus } = useSearch({ from: '/lineage' })
  if (focus === undefined) {
    return (
      <Page
        title="Lineage"
        lead={
          <p className="quiet lineage-lead">
            Where the columns of a product come from, what is made of them, and who would feel a change. It is taken from what really
            ran; nobody draws it.
          </p>
        }
      >
        <Entry />
      </Page>
    )
  }
  return (
    <Page title={`Lineage of ${printable(focus)}`}>
      <Explorer key={focus} focus={focus} />
    </Page>
  )
}
