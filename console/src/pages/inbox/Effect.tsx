import type { WouldGet } from '../../api/types'
import { PortReads } from '../../components/Reads'

/** What the person would see if it were granted as it stands: columns by treatment, and which rows. */
export function Effect({ wouldGet }: { wouldGet: WouldGet | null | undefined }) {
  if (!wouldGet) {
    return <p className="quiet">The effect cannot be told: nothing is served, or the product is not read for this purpose any more.</p>
  }
  return wouldGet.ports.map((port) => (
    <section key={port.port}>
      <h4>Port {port.port}</h4>
      <PortReads port={port} />
    </section>
  ))
}
