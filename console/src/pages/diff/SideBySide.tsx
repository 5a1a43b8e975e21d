import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { contractText } from '../../api/product'
import type { ProductName } from '../../api/queries'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { useNarrow } from '../../lib/useNarrow'
import { counted } from '../../lib/words'
import { SideTable } from './SideTable'
import { countRows, rowsBetween } from './sides'

type Props = { name: ProductName; from: string; to: string }

/** The text of two contracts: beside each other, or below each other where the window is narrow. */
export function SideBySide({ name, from, to }: Props) {
  const before = useQuery(contractText(name, from))
  const after = useQuery(contractText(name, to))
  return (
    <Loaded query={before} lines={12}>
      {(left) => <Loaded query={after} lines={12}>{(right) => <Texts left={left} right={right} from={from} to={to} />}</Loaded>}
    </Loaded>
  )
}

function Texts({ left, right, from, to }: { left: string; right: string; from: string; to: string }) {
  const rows = useMemo(() => rowsBetween(left, right), [left, right])
  const narrow = useNarrow()
  const { gone, came } = countRows(rows)
  if (gone + came === 0) {
    return (
      <Empty title="The two texts are the same.">
        <p>Choose other versions above.</p>
      </Empty>
    )
  }
  return (
    <>
      <p role="status">
        {counted(gone, 'line')} gone from {from}, {counted(came, 'line')} new in {to}.
      </p>
      <SideTable rows={rows} narrow={narrow} from={from} to={to} />
    </>
  )
}
